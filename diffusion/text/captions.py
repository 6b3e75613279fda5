"""Captions as DeepFloyd IF was trained on them: lower case, and nothing that is not a description.

The rules are those of the published pipeline, applied twice as there; what they take out was noise in web captions
(addresses, file names, shop talk). Chinese characters go too: the model never saw one.
"""

import html
import re
import urllib.parse

import ftfy

_ADDRESS = r"[a-zA-Z0-9.\-]+[.](?:com|co|ru|net|org|edu|gov|it)[\w/-]*\b/?(?!@)"
_FILE_ENDINGS = "png|jpg|jpeg|bmp|webp|eps|pdf|apk|mp4"
_DASHES = (
    "\u002d\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0\ufe31\ufe32\ufe58"
    "\ufe63\uff0d"
)
_MULTIPLY = "x\u0445\u00d7"  # Latin x, Cyrillic ha, the sign of multiplication

Rule = tuple[re.Pattern[str], str]


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


_BEFORE = _rules(
    (r"<person>", "person"),
    (rf"\b(?:(?:https?|www):(?:/{{1,3}}|[a-zA-Z0-9%])|{_ADDRESS})", ""),
    (r"<[^<>]*>", ""),
    (r"@\w+\b", ""),
    (r"[\u31c0-\u31ef\u31f0-\u31ff\u3200-\u32ff\u3300-\u33ff\u3400-\u4dbf\u4dc0-\u4dff\u4e00-\u9fff]+", ""),
    (f"[{_DASHES}]+", "-"),
    (r"[`´«»“”¨]", '"'),
    (r"[‘’]", "'"),
    (r"&quot;?", ""),
    (r"&amp", ""),
    (r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}", " "),
    (r"\d:\d\d\s+$", ""),
    (r"\\n", " "),
    (r"#\d{1,3}\b", ""),
    (r"#\d{5,}\b", ""),
    (r"\b\d{6,}\b", ""),
    (rf"\S+\.(?:{_FILE_ENDINGS})", ""),
    (r"[\"']{2,}", '"'),
    (r"\.{2,}", " "),
    (r"[#®•©™&@·º½¾¿¡§~)(\]\[}{|\\/*]+", " "),
    (r"\s+\.\s+", " "),
)
_AFTER = _rules(
    (r"\b[a-zA-Z]{1,3}\d{3,15}\b", ""),
    (r"\b[a-zA-Z]+\d+[a-zA-Z]+\b", ""),
    (r"\b\d+[a-zA-Z]+\d+\b", ""),
    (r"(worldwide\s+)?(free\s+)?shipping", ""),
    (r"(free\s)?download(\sfree)?", ""),
    (r"\bclick\b\s(?:for|on)\s\w+", ""),
    (rf"\b(?:{_FILE_ENDINGS})(\simages?)?", ""),
    (r"\bpage\s+\d+\b", ""),
    (r"\b\d*[a-zA-Z]+\d+[a-zA-Z]+\d+[a-zA-Z\d]*\b", " "),
    (rf"\b\d+\.?\d*[{_MULTIPLY}]\d+\.?\d*\b", ""),
    (r"\b\s+:\s+", ": "),
    (r"(\D[,./])\b", r"\1 "),
    (r"\s+", " "),
    (r"^[\"']([\w\W]+)[\"']$", r"\1"),
    (r"^['_,\-:;]", ""),
    (r"['_,\-:+]$", ""),
    (r"^\.\S+$", ""),
)
_JOINERS = re.compile(r"[-_]")
_MOST_JOINERS = 3


def _apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def _once(caption: str) -> str:
    caption = _apply(_BEFORE, urllib.parse.unquote_plus(caption).strip().lower())
    # "this-is-my-cute-cat" is a sentence; "well-known" is a word.
    if len(_JOINERS.findall(caption)) > _MOST_JOINERS:
        caption = _JOINERS.sub(" ", caption)
    caption = html.unescape(html.unescape(ftfy.fix_text(caption))).strip()
    return _apply(_AFTER, caption).strip()


def clean_caption(caption: str) -> str:
    """Clean a caption as DeepFloyd IF's training did."""
    return _once(_once(caption))
