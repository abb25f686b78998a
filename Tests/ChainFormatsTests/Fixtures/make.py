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
    data = np.arange(1, 7, dtype="<f8").tobytes()
    for text in headers:
        length = struct.pack("<H", len(text))
        yield npy_case(text, b"\x93NUMPY\x01\x00" + length + text.encode() + data)


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
