"""The names of HTML, SVG and MathML: what stands in < > under another name was written as text, as in 血糖<HbA1c>."""

from .wordlists import word_set

NAMES = word_set(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup command content data datalist dd del details dfn dialog dir div
    dl dt element em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
    hgroup hr html i iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee
    math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object ol optgroup option output p
    param picture plaintext portal pre progress q rb rbc rp rt rtc ruby s samp script search section select shadow slot
    small source spacer span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead
    time title tr track tt u ul var video wbr xml xmp
    animate animatemotion animatetransform circle clippath defs desc ellipse filter foreignobject g line lineargradient
    marker mask metadata path pattern polygon polyline radialgradient rect set stop switch symbol text textpath tspan
    use view
    annotation maction menclose merror mfenced mfrac mglyph mi mlabeledtr mmultiscripts mn mo mover mpadded mphantom
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none
    semantics
    """
)


def is_element(name: str) -> bool:
    """Tell whether a name in small letters is one of an element, of a namespace (o:p) or of a program (mjx-math)."""
    return name in NAMES or ":" in name or "-" in name
