"""Import of articles from files: scraped pages, JSON lines, CSV, Excel workbooks.

files → lines (recoding) → scraped_page or tables → records → writer (catalogue, people, tagging, relations).
A workbook: workbook (its parts) → sheet (its rows; cells, styles, shown_numbers, shown_times) → layout → tables.
"""
