"""The index keeps the words of bodies packed and, on PostgreSQL, the columns of its lists in an order without gaps."""

from django.db import migrations

from articles.engine.stored_words import pack_words, unpack_words

BATCH = 2_000
TEXTS = "id, words, folded, topic, intents"


def pack(apps, schema_editor):
    """Pack what is stored; an index that was made with this version already is left alone."""
    if kind_of_body(schema_editor.connection) == "TextField":
        rewrite(apps, schema_editor, "bytea" if is_postgresql(schema_editor) else "blob", pack_words)
        if is_postgresql(schema_editor):
            rewrite_lists(schema_editor)


def unpack(apps, schema_editor):
    if kind_of_body(schema_editor.connection) == "BinaryField":
        rewrite(apps, schema_editor, "text", unpack_words)


def is_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


def kind_of_body(connection):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "search_document")
        (body,) = (column for column in columns if column.name == "body")
        return connection.introspection.get_field_type(body.type_code, body)


def rewrite(apps, schema_editor, kind, change):
    """Write the documents of the index into a table whose column `body` is of a `kind`, and put it in their place.

    A rebuild that was interrupted begins again.
    """
    apps.get_model("articles", "IndexRebuild").objects.all().delete()
    key = "bigint" if is_postgresql(schema_editor) else "integer"
    schema_editor.execute(
        f"CREATE TABLE search_packed (id {key} CONSTRAINT search_packed_key PRIMARY KEY, words text NOT NULL, "
        f"folded text NOT NULL, topic text NOT NULL, intents text NOT NULL, body {kind} NOT NULL)"
    )
    after = 0
    with schema_editor.connection.cursor() as cursor:
        while rows := batch(cursor, after):
            cursor.executemany(
                f"INSERT INTO search_packed ({TEXTS}, body) VALUES (%s, %s, %s, %s, %s, %s)",
                [(*texts, change(body)) for *texts, body in rows],
            )
            after = rows[-1][0]
    schema_editor.execute("DROP TABLE search_document")
    schema_editor.execute("ALTER TABLE search_packed RENAME TO search_document")
    if is_postgresql(schema_editor):
        schema_editor.execute("ALTER INDEX search_packed_key RENAME TO search_document_key")


def rewrite_lists(schema_editor):
    """Write the lists as index_tables.py creates them; the former version takes them so, too."""
    schema_editor.execute(
        'CREATE TABLE search_lists (chunk integer NOT NULL, kind smallint NOT NULL, term text COLLATE "C" NOT NULL, '
        "ids bytea NOT NULL)"
    )
    columns = "chunk, kind, term, ids"
    schema_editor.execute(
        f"INSERT INTO search_lists ({columns}) SELECT {columns} FROM search_posting ORDER BY kind, term, chunk"
    )
    schema_editor.execute("DROP TABLE search_posting")
    schema_editor.execute("ALTER TABLE search_lists RENAME TO search_posting")
    schema_editor.execute(
        "ALTER TABLE search_posting ADD CONSTRAINT search_posting_key PRIMARY KEY (kind, term, chunk)"
    )


def batch(cursor, after):
    sql = f"SELECT {TEXTS}, body FROM search_document WHERE id > %s ORDER BY id LIMIT %s"
    cursor.execute(sql, [after, BATCH])
    return cursor.fetchall()


class Migration(migrations.Migration):
    dependencies = [("articles", "0063_fill_filed")]

    operations = [migrations.RunPython(pack, unpack)]
