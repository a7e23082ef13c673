"""Kernels of the import of interactions: from the bytes of a file to rows of texts; no ORM."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import chardet
import openpyxl

#: Encodings that people choose from; what they are called is up to the screens.
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1251", "koi8-r", "cp866", "iso-8859-2", "gb18030", "shift_jis")
DELIMITERS = (",", ";", "\t", "|")
#: Stands for what could not be read: a character, a formula without its result, an error of a spreadsheet.
BROKEN = "\ufffd"
NO_RESULT = "\ufffdformula"
FAILED = "\ufffderror"
#: A sheet that unpacks to more is refused before it fills the memory.
MAX_UNPACKED = 1_000_000_000
SAMPLE = 64 * 1024


class FileError(ValueError):
    """A file that cannot be read at all; `reason` is a word that the screens put into a sentence."""

    def __init__(self, reason: str, value: object = ""):
        super().__init__(f"{reason}: {value}")
        self.reason = reason
        self.value = str(value)


def is_xlsx(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def check_kind(data: bytes) -> None:
    """Refuse what is neither a text nor a workbook of today.

    :raise FileError: ``empty``, ``old_excel``, ``not_a_table``

    >>> check_kind(b"Date;Phone"), is_xlsx(b"Date;Phone")
    (None, False)
    """
    if not data.strip():
        raise FileError("empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError("old_excel")
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"GIF8")):
        raise FileError("not_a_table")


def guess_encoding(data: bytes) -> str:
    """The encoding: its mark, UTF-8 where all or nearly all fits, else what the letters look like.

    >>> guess_encoding("Дата;Тема".encode("utf-8-sig")), guess_encoding("Дата".encode("utf-16"))
    ('utf-8', 'utf-16')
    >>> guess_encoding(("Дата;Тема\\nвходящий звонок от клиента;о поставке масла\\n" * 9).encode("cp1251"))
    'cp1251'
    >>> guess_encoding(b"Date;Subject\\n1;caf\\xc3\\xa9\\n2;good\\n3;d\\xc3\\xa9j\\xe0 vu\\n")
    'utf-8'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    # cut at a line, so that no character is halved
    sample = sample.rsplit(b"\n", 1)[0] if len(sample) == SAMPLE else sample
    good = len(
        re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", sample)
    )
    bad = sample.decode("utf-8", "replace").count(BROKEN)
    if good >= bad:
        return "utf-8"
    found = (chardet.detect(sample)["encoding"] or "").lower().replace("windows-", "cp")
    return {"iso-8859-1": "cp1252", "iso-8859-5": "cp1251", "ibm866": "cp866", "ascii": "utf-8"}.get(
        found, found if found in ENCODINGS else "cp1252"
    )


def guess_delimiter(text: str) -> str:
    """The delimiter that cuts most of the first lines into equally many cells, at least two.

    >>> guess_delimiter('a;b;c\\n1,5;2;3\\n'), guess_delimiter('a\\tb\\n"x, y"\\tz'), guess_delimiter("alone")
    (';', '\\t', ',')
    """

    def score(delimiter):
        lines = [len(row) for row in _rows(io.StringIO(text), delimiter, limit=50) if row]
        usual = max(lines, key=lines.count, default=0)
        return (lines.count(usual) * (usual > 1), usual)

    return max(DELIMITERS, key=score)


def decode(data: bytes, encoding: str) -> str:
    """The text; what is not in the encoding becomes BROKEN, so that its row can be named.

    >>> decode(b"\\xef\\xbb\\xbfA;caf\\xe9\\x00", "utf-8")
    'A;caf\ufffd\ufffd'
    """
    try:
        return data.decode(encoding, "replace").lstrip("\ufeff").replace("\0", BROKEN)
    except LookupError:
        raise FileError("unknown_encoding", encoding) from None


def read_csv(data: bytes, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line that a row starts in, and its cells; empty rows are left out.

    >>> list(read_csv(b'a,b\\n\\n"two\\nlines",="0049"\\n', "utf-8", ","))
    [(1, ['a', 'b']), (3, ['two\\nlines', '0049'])]
    """
    lines = list(io.StringIO(decode(data, encoding), newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    start = 1
    for cells in reader:
        if reader.line_num == len(lines):
            _check_closed(lines[start - 1 :], delimiter, start)
        cells = [_unwrap(cell) for cell in cells]
        if any(cells):
            yield start, cells
        start = reader.line_num + 1


def _check_closed(lines, delimiter, number):
    """A quotation mark that is never closed swallows all rows behind it, silently."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise FileError("open_quote", number) from None


def _rows(stream, delimiter, limit):
    yield from islice(csv.reader(stream, delimiter=delimiter), limit)


def _unwrap(cell):
    """Texts that programs protect from spreadsheets: ="007" and '+7."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1].strip()
    return cell[1:] if re.match(r"'[=+@-]", cell) else cell


def guard(cell: str) -> str:
    """A text that a spreadsheet will not run as a formula; numbers of telephones stay as they are.

    >>> guard("=2+3"), guard("+7 (495) 1"), guard("plain"), guard("-cmd|x")
    ("'=2+3", '+7 (495) 1', 'plain', "'-cmd|x")
    """
    risky = cell[:1] in "=@\t\r" if cell else False
    risky = risky or (cell[:1] in ("+", "-") and not re.fullmatch(r"[+-][\d\s().,/-]*", cell))
    return f"'{cell}" if risky else cell


def read_xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of a row of the first sheet and its cells as texts; empty rows are left out.

    Dates come in ISO notation. Formulas give their stored result, or NO_RESULT.

    :raise FileError: ``bad_workbook``, ``too_large_unpacked``
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise FileError("too_large_unpacked", unpacked // 1_000_000)
        yield from _sheet_rows(data)
    except FileError:
        raise
    except Exception as error:
        # whatever a damaged archive makes the libraries raise
        raise FileError("bad_workbook", error) from error


def _sheet_rows(data):
    results = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = results.worksheets[0]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    if not _has_formulas(data):
        for number, cells in enumerate(rows, 1):
            texts = [cell_text(cell) for cell in cells]
            if any(texts):
                yield number, texts
        return
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    formulas.reset_dimensions()
    pairs = zip(rows, formulas.iter_rows(values_only=True), strict=True)
    for number, (cells, sources) in enumerate(pairs, 1):
        texts = [
            NO_RESULT if cell is None and source is not None else cell_text(cell)
            for cell, source in zip(cells, sources, strict=True)
        ]
        if any(texts):
            yield number, texts


def _has_formulas(data):
    """Formulas cost a second reading, so look for one first."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    tail = b""
                    while part := stream.read(1 << 20):
                        if re.search(rb"<f[ >/]", tail + part):
                            return True
                        tail = part[-3:]
    return False


def cell_text(value: object) -> str:
    """The text of a spreadsheet's cell; a number without a fraction is whole.

    >>> cell_text(74951234567.0), cell_text(datetime(2026, 1, 2, 3, 4)), cell_text(date(2026, 1, 2))
    ('74951234567', '2026-01-02 03:04:00', '2026-01-02')
    >>> cell_text(timedelta(minutes=3, seconds=5)), cell_text(time(9, 5)), cell_text(None)
    ('0:03:05', '09:05:00', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    text = str(value).strip().replace("\0", BROKEN)
    return FAILED if re.fullmatch(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)", text) else text
