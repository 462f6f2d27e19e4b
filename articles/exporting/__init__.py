"""Questions out of the site, as tables that people edit. The whole site for another one is in archive/."""
