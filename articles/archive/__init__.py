"""The whole site as one file of JSON lines, and back into an empty site: kinds, then writer or reader.

The first line says what the file is, the last one how many rows it has and the SHA-256 of all that stands before.
"""

FORMAT, VERSION = "healthqa-site", 1
END = "end"
