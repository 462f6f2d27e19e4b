"""Questions out of the site: tables for people (tables, workbook), and the whole site for another one (site)."""
