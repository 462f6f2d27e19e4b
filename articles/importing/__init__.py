"""Import of articles from files: scraped pages, JSON lines, CSV.

files → lines → scraped_page or tables → records → writer (catalogue, people, tagging, relations).
"""
