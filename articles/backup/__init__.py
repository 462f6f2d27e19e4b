"""Copies of a whole site, database and images, that come back: made, looked at, and thrown away when there are newer.

A backup is a folder `backup-<time>` in settings.BACKUP_FOLDER: the database as one file, the list of the images, and a
manifest that says what was in it when it was copied. Images never change, so all backups share one folder of them.
"""
