"""The engine of related questions and search: Chinese words, tables in the site's own database, one ranker in Python.

tokens knows the language, ranking the order, sqlite and postgresql keep the same index in either database. Nothing here
knows the site: articles come in as rows of (key, title, body text) and go out as keys.
"""
