"""Writes npy.json and matrix-market.json: files that NumPy and SciPy wrote or
at least read, and the entries that they found in them.

    python3 make.py        (numpy 2.4.6, scipy 1.17.1)

Entries are the bits of doubles in hexadecimal, row by row. A case without
entries is one that a double can't hold, which has to be refused.
"""

import base64
import gzip
import io
import itertools
import json
import random
import struct
import warnings

import numpy as np
import scipy.io
import scipy.sparse

warnings.simplefilter("ignore")  # headers of Python 2 are meant


def bits(value):
    return struct.pack(">d", value).hex()


def write(path, cases):
    with open(path, "w") as file:
        lines = ",\n".join(json.dumps(case, sort_keys=True) for case in cases)
        file.write(f"[\n{lines}\n]\n")


# --- npy


def npy_case(name, data, expected=None):
    array = np.load(io.BytesIO(data)) if expected is None else expected
    case = {"name": name, "file": base64.b64encode(data).decode()}
    if array is not False:
        rows = array if array.ndim == 2 else array.reshape(-1, 1)
        case["shape"] = list(array.shape)
        case["entries"] = [bits(value) for value in rows.ravel().tolist()]
    return case


def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version)
    return file.getvalue()


def numbers(dtype, count, draw):
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return [draw.random() < 0.5 for _ in range(count)]
    if dtype.kind == "f":
        info = np.finfo(dtype)
        special = [0.0, -0.0, info.max, info.tiny, info.smallest_subnormal, 1 / 3]
        return (special + [draw.gauss(0, 1) for _ in range(count)])[:count]
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**53)), min(info.max, 2**53)
    return ([low, high, 0, 1] + [draw.randint(low, high) for _ in range(count)])[
        :count
    ]


dtype_names = [
    f"{mark}{name}"
    for mark in ("", "<", ">")
    for name in sorted(
        {name for name in np.sctypeDict if isinstance(name, str)}
        | set("?bBhHiIlLqQpPnNefdgFDGSUVOMm") | {"int", "float", "object"})
    # Read as its own order of bytes, but with a mark refused: no number of one
    # byte has an order.
    if not (mark and name in ("b", "B"))
]


def header_case(text, version):
    """A header over six doubles, and what NumPy makes of it."""
    header = text.encode("latin1" if version < 3 else "utf8")
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    numbers = np.arange(1, 7, dtype="<f8").tobytes()
    start = b"\x93NUMPY" + bytes([version, 0]) + length + header
    try:
        array = np.lib.format.read_array(io.BytesIO(start + numbers))
    except Exception:
        array = False
    if array is False or array.dtype.kind not in "fiub" or array.itemsize > 8:
        return npy_case(text, start + numbers, False)
    # Only what NumPy reads of it.
    return npy_case(text, start + numbers[: array.nbytes], array)


# What stands for the same in Python's notation, and what doesn't.
blanks = ["", " ", "\t", "\n", "\r\n", "\r", "\f", "# a, 'b' {\n", "\\\n", " \\\r\n"]
wrong_blanks = ["\v", "\xa0", "\\ \n", ";", "\0"]
sizes = [
    "{0}", "0x{0}", "0X{0}", "0o{0}", "0O{0}", "0b{1}", "0B{1}", "0x_{0}",
    "0b_{2}", "0x0_{0}", "+{0}", "+ {0}", "({0})", "((+0x{0}))", "+({0})",
    "{0}L", "0x{0}L", "{0} L",
]
wrong_sizes = [
    "0{0}", "{0}_", "_{0}", "0x__{0}", "{0}.0", "{0}e0", "--{0}", "-{0}",
    "-(-{0})", "'{0}'", "{0}l", "{0}LL", "0{0}L", "0o9", "0b3", "{0}j",
    "{0}+0", "{0},,", "~{0}", "[{0}]", "({0},)", "True", "None", "2_L",
]
quotes = ["'{}'", '"{}"', "'''{}'''", '"""{}"""']
prefixes = ["", "", "u", "U", "r", "R"]
wrong_prefixes = ["b", "B", "br", "Rb", "f", "ur", "x"]


def escaped(text, draw):
    """The text with one character or none by its number or name."""
    at = draw.randrange(len(text))
    code = ord(text[at])
    name = {"d": "LATIN SMALL LETTER D", "<": "less-than sign"}.get(text[at])
    spellings = [
        f"\\x{code:02x}", f"\\{code:o}", f"\\u{code:04x}", f"\\U{code:08X}",
        "\\\n" + text[at], f"\\N{{{name}}}" if name else text[at],
    ]
    return text[:at] + draw.choice(spellings) + text[at + 1 :]


def drawn_string(text, draw):
    roll = draw.random()
    if roll < 0.04:
        return draw.choice(wrong_prefixes) + draw.choice(quotes).format(text)
    if roll < 0.06:
        return draw.choice(["'{}", "'\\{}'", "'{}\n'", "'{}\\'"]).format(text)
    if roll < 0.2:
        return draw.choice(quotes).format(escaped(text, draw))
    if roll < 0.3:
        at = draw.randrange(len(text))
        return (
            draw.choice(prefixes) + draw.choice(quotes).format(text[:at])
            + draw.choice(blanks) + draw.choice(quotes).format(text[at:]))
    if roll < 0.34:
        return f"({drawn_string(text, draw)})"
    return draw.choice(prefixes) + draw.choice(quotes).format(text)


def drawn_size(size, draw):
    pool = wrong_sizes if draw.random() < 0.05 else sizes
    binary = f"{size:b}"
    return draw.choice(pool).format(size, binary, "_".join(binary))


def drawn_header(draw):
    """A header of 2 × 3 or 6 numbers in a notation that nobody writes."""

    def blank():
        roll = draw.random()
        return draw.choice(
            wrong_blanks if roll < 0.004 else blanks if roll < 0.3 else [""])

    dimensions = [drawn_size(n, draw) for n in draw.choice([(2, 3), (6,)])]
    shape = ",".join(blank() + size + blank() for size in dimensions)
    shape += "," if len(dimensions) == 1 or draw.random() < 0.3 else ""
    shape = f"({shape})" if draw.random() < 0.8 else f"(({shape}))"
    order = draw.choice(["True", "False", "(False)", "( (True))"])
    if draw.random() < 0.03:
        order = draw.choice(["0", "false", "'True'", "None", "not True"])
    items = [
        ("descr", drawn_string(draw.choice(["<f8", "float64"]), draw)),
        ("fortran_order", order), ("shape", shape),
    ]
    draw.shuffle(items)
    if draw.random() < 0.05:
        items.insert(0, ("shape", "(7,)"))
    text = ",".join(
        blank() + drawn_string(key, draw) + blank() + ":" + blank() + value
        + blank() for key, value in items)
    text = "{" + text + draw.choice(["", ",", ", "]) + blank() + "}"
    if draw.random() < 0.1:
        text = f"({text})"
    return text + draw.choice(["", "", "\n", "  \n", "# end", "\r\n#\n"])


def npy_cases():
    draw = random.Random(1)
    kinds = ["f2", "f4", "f8", "b1"] + [
        f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)
    ]
    shapes = [(7,), (2, 4), (4, 2), (1, 7), (7, 1)]
    for order, kind in itertools.product("<>", kinds):
        for index, shape in enumerate(shapes):
            count = int(np.prod(shape))
            array = np.array(numbers(kind, count, draw), order + kind)
            array = array.reshape(shape, order="CF"[index % 2])
            if index % 2:
                array = np.asfortranarray(array)
            version = (1 + index % 3, 0)
            yield npy_case(
                f"{order}{kind} {shape} {version[0]}", saved(array, version))
    exact = {"<i8": [2**62, -(2**63), 2**53 + 2], ">u8": [2**63, 2**64 - 2048]}
    for dtype, values in exact.items():
        yield npy_case(f"{dtype} exact", saved(np.array(values, dtype)))
    inexact = {
        "<i8": [0, 2**53 + 1], ">i8": [-(2**53) - 1], "<u8": [2**64 - 1],
        ">u8": [2**53 + 1],
    }
    for dtype, values in inexact.items():
        yield npy_case(
            f"{dtype} inexact", saved(np.array(values, dtype)), False)
    for array in [
        np.ones(2, "c8"), np.ones(2, "c16"), np.ones(2, np.longdouble),
        np.array(["a"]), np.array([b"a"]), np.ones(2, "M8[s]"),
        np.ones(2, "m8[s]"), np.ones(2, "V3"),
        np.ones(2, [("x", "<f8"), ("y", "<i4")]), np.ones((1, 2, 1)),
        np.ones(()), np.ones((0, 2)),
    ]:
        yield npy_case(f"{array.dtype} {array.shape}", saved(array), False)
    headers = [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }",
        "{'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , 3 ) , }",
        "{'descr':'<f8','fortran_order':False,'shape':(2,3)}",
        "{'shape':(2,3,),'fortran_order':True,'descr':\"<f8\"}",
        "{u'descr': u'<f8', u'fortran_order': False, u'shape': (6L,), }",
        "{\n\t'descr': '<f8',\r\n\t'fortran_order': False,\f'shape': (6 ,)\n}\n",
        "  {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }  \n\n",
        "{'descr': '=f8', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': '|f8', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': 'f8', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': 'float64', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': 'd', 'fortran_order': False, 'shape': (3, 2)}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (4, 3)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (48,)}",
        "{'descr': 'int16', 'fortran_order': True, 'shape': (8, 3)}",
    ]
    for text in headers + [
        f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,)}}"
        for descr in dtype_names
    ]:
        yield header_case(text, 1)
    for index in range(240):
        yield header_case(drawn_header(draw), 1 + index % 3)


# --- MatrixMarket


def mtx_case(name, data, expected=None, packed=False):
    case = {"name": name}
    if packed:
        case["gzip"] = base64.b64encode(gzip.compress(data, mtime=0)).decode()
    else:
        case["text"] = data.decode()
    read = scipy.io.mmread(io.BytesIO(data)) if expected is None else expected
    if read is False:
        return case
    dense = read.toarray() if scipy.sparse.issparse(read) else read
    case["shape"] = list(dense.shape)
    case["entries"] = [bits(float(value)) for value in dense.ravel()]
    if scipy.sparse.issparse(read):
        case["stored"] = sorted([int(r), int(c)] for r, c in zip(*read.coords))
    return case


def written(matrix, **options):
    file = io.BytesIO()
    scipy.io.mmwrite(file, matrix, **options)
    return file.getvalue()


def drawn(draw, n, symmetry, whole):
    rows, columns = (n, n) if symmetry else (n, draw.randint(1, 5))
    dense = np.zeros((rows, columns))
    for row, column in np.ndindex(rows, columns):
        if draw.random() < 0.5:
            value = draw.randint(-(2**53), 2**53) if whole else draw.gauss(0, 1)
            dense[row, column] = value
    if symmetry:
        lower = np.tril(dense, -1)
        sign = 1 if symmetry == "symmetric" else -1
        dense = lower + sign * lower.T
        if sign == 1:
            dense += np.diag(np.arange(n))
    return dense.astype(int) if whole else dense


def mtx_cases():
    draw = random.Random(2)
    for index in range(96):
        symmetry = [None, "symmetric", "skew-symmetric"][index % 3]
        whole = index % 2 == 1
        dense = drawn(draw, draw.randint(2, 5), symmetry, whole)
        is_array = index % 4 == 3
        matrix = dense if is_array else scipy.sparse.coo_array(dense)
        options = {"comment": "by scipy\nof two lines"} if index % 5 == 0 else {}
        options["symmetry"] = symmetry or "general"
        if not is_array and not whole and index % 8 == 0 and index % 3 < 2:
            options["field"] = "pattern"
        if index % 7 == 0:
            options["precision"] = 3
        yield mtx_case(
            f"written {index}", written(matrix, **options),
            packed=index % 6 == 0)
    for matrix in [np.ones((2, 2), complex), scipy.sparse.eye_array(2) * 1j]:
        yield mtx_case("complex", written(matrix), False)
    banner = "%%MatrixMarket matrix coordinate real general\n"
    for text in [
        banner + "% c\n%\n\n2 2 2\n1 1 1\n\n2 2 2\n\n",
        banner + "2\t2\t1\n  1   2\t-3.5e-2  \n",
        banner.replace("\n", "\r\n") + "2 2 1\r\n2 1 1E+3\r\n",
        banner.upper().replace("%%MATRIXMARKET", "%%MatrixMarket") + "1 1 0\n",
        banner.replace(" ", "\t") + "\n\n1 2 1\n1 2 1e-400\n",
        banner.replace("real", "double") + "1 2 1\n1 2 5\n",
        "%%MatrixMarket matrix array real general\n2 1\n\n1.\n.5\n",
        "%%MatrixMarket matrix coordinate integer skew-symmetric\n"
        "3 3 3\n1 1 0\n2 1 4\n3 3 0\n",
    ]:
        yield mtx_case(text[:60], text.encode())


write("npy.json", npy_cases())
write("matrix-market.json", mtx_cases())
