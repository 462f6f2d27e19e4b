"""What a small site says: the headers of its answers, and texts short and long."""

from random import Random

PATH = "/articles/7/"
PUBLIC = ("Cache-Control", "public, max-age=0, must-revalidate")
TEXT = [PUBLIC, ("Content-Type", "text/html; charset=utf-8")]
PICTURE = [PUBLIC, ("Content-Type", "image/png")]
SENTENCE = "<p> rest for some days and drink enough; if it hurts more, see a doctor at once or call </p>"
LONG = " ".join(Random(1).choices(SENTENCE.split(), k=2_000)).encode()
