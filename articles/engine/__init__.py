"""The engine of related questions and search: Chinese words, tables in the site's own database, one ranker in Python.

tokens knows the language, index keeps the words, ranking and answers know the order. Nothing here
knows the site: articles come in as rows of (key, title, body text) and go out as keys.
"""
