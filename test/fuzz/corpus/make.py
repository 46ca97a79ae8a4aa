"""Writes the hostile files of this folder, and index.json, which says what each does and how it is refused: python3 make.py"""
import gzip, io, json, struct, zipfile, zlib

index = []


def put(name, data, does, error, **more):
    assert len(data) < 4096, (name, len(data))
    open(name, "wb").write(data)
    index.append({"file": name, "does": does, "error": error, **more})


# safetensors
def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


tensor = lambda shape, offsets, dtype="F32": {"dtype": dtype, "shape": shape, "data_offsets": offsets}
put("header-2-53.safetensors", safetensors({}, length=2**53), "claims a header of 2^53 bytes", "claims a header of 9007199254740992 bytes, 2 follow")
put("header-all.safetensors", safetensors({}, length=2**64 - 1), "claims a header of 2^64 - 1 bytes", "claims a header of 18446744073709551615 bytes")
put("shape.safetensors", safetensors({"a": tensor([2**31, 2**31], [0, 4])}, bytes(4)), "claims 2^62 elements in 4 bytes", "tensor a: shape [2147483648,2147483648] of F32 takes 18446744073709552000 bytes")
put("empty-shape.safetensors", safetensors({"a": tensor([0, 2**53 - 1], [0, 0]), "b": tensor([1], [4, 8])}, bytes(8)), "hides 4 bytes between tensors", "tensor b: its data starts at 4, with a gap after")
put("overlap.safetensors", safetensors({"a": tensor([2], [0, 8]), "b": tensor([2], [4, 12])}, bytes(12)), "has tensors that share bytes", "tensor b: its data starts at 4, inside")
put("twice.safetensors", safetensors(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4)), "names a tensor twice, so that two readers see two models", "its header names a twice")
put("proto.safetensors", safetensors(b'{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":{"__proto__":"x","format":"coppice/1","config":"{}"}}', bytes(4)), "names a tensor and metadata __proto__", "sizes: undefined is not a list")
put("deep.safetensors", safetensors(b'{"a":{"dtype":' + b"[" * 1900 + b"]" * 1900 + b',"shape":[],"data_offsets":[0,4]}}'), "nests 1900 lists where a name belongs", "tensor a: dtype is [[[...]]], read are")
put("config.safetensors", safetensors({"__metadata__": {"format": "coppice/1", "config": '{"sizes":[4,{"toString":1}]}'}}), "has an object that cannot become text for a number", "sizes[1]: {toString} is not an integer")

# MATLAB
element = lambda kind, data, size=None: struct.pack("<II", kind, len(data) if size is None else size) + data + bytes(0 if kind == 15 else -len(data) % 8)
mat = lambda *elements: b"MATLAB 5.0 MAT-file, made by hand".ljust(124) + struct.pack("<H", 0x0100) + b"IM" + b"".join(elements)


def matrix(name, dims, data=bytes(8), kind=6):
    flags = element(6, struct.pack("<II", kind, 0))
    return element(14, flags + element(5, struct.pack(f"<{len(dims)}i", *dims)) + element(1, name) + data)


put("dims.mat", mat(matrix(b"X", [2**31 - 1, 2**31 - 1], element(9, bytes(8)))), "claims 2^62 elements in a matrix of 8 bytes", "variable X claims 2147483647 x 2147483647 = 4611686014132420600 elements in 64 bytes (dimensions at byte 152)")
put("size.mat", mat(element(14, bytes(8), 2**32 - 1)), "claims an element of 4 GB", "truncated: element 1 at byte 128 claims 4294967295 bytes, 8 are left")
put("negative.mat", mat(matrix(b"X", [-1, -1])), "has negative dimensions", "the dimensions of variable X at byte 160 are -1 x -1")
bomb = matrix(b"X", [1, 1], element(9, bytes(8))) + bytes(2_000_000)
put("bomb.mat", mat(element(15, zlib.compress(bomb, 9)), element(15, zlib.compress(matrix(b"Y", [1, 1], element(9, bytes(8))), 9))), "packs 2 MB of zeros behind a matrix of 1 x 1", "inflate to more than the limit of 80 bytes")
cells = matrix(b"", [1, 1], bytes(8), 1)
for _ in range(60):
    cells = matrix(b"", [1, 1], cells, 1)
put("cells.mat", mat(element(14, cells[8:])), "nests 60 cells", "no variable X; it holds  (1 x 1 cell)")
put("name.mat", mat(element(14, element(6, struct.pack("<II", 6, 0)) + element(5, struct.pack("<ii", 1, 1)) + element(1, b"X" * 300))), "has a name of 300 letters", "the name at byte 168 has type 1 and 300 bytes")


# numpy
def npy(header, data=b"", version=b"\x01\x00"):
    text = header.encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text + data


dict_of = lambda descr, shape, order="False": f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"
put("claim.npy", npy(dict_of("'<f8'", f"({2**53 - 1},)")), "claims 2^53 values", "truncated: shape (9007199254740991) of <f8 takes 72057594037927930 bytes", label=None)
put("product.npy", npy(dict_of("'|u1'", f"({2**32}, {2**32}, 0)"), b"abc"), "has sizes whose product is 0, and bytes", "takes 0 bytes, but from byte", label=None)
put("texts.npy", npy(dict_of("'<U0'", "(1000000000,)")), "claims a milliard texts that take no bytes", 'descr is "<U0"', label=None)
put("pickle.npy", npy(dict_of("'|O'", "(1,)"), b"cos\nsystem\n(S'echo hostile'\ntR."), "holds a pickle that would run a command", "Python objects, which are never unpickled here", label=None)
put("eval.npy", npy("__import__('os').system('echo hostile')"), "has an expression for a header", "it is no dict", label=None)
put("nested.npy", npy("{'descr': " + "[" * 3000), "nests 3000 lists in its header", "is no entry of a dict", label=None)


# zip
def archive(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=9 if method == zipfile.ZIP_DEFLATED else None) as z:
        for name, data in files:
            z.writestr(zipfile.ZipInfo(name), data, method)
    return bytearray(out.getvalue())


one = npy(dict_of("'<f4'", "(1, 1)"), bytes(4))
put("escape.npz", archive([("../../../tmp/hostile.npy", one)]), "names a file above its folder", 'the name "../../../tmp/hostile.npy" is no path inside an archive')
put("absolute.npz", archive([("/etc/passwd.npy", one)]), "names a file from the root", 'the name "/etc/passwd.npy" is no path inside an archive')
put("bomb.npz", archive([("X.npy", npy(dict_of("'|u1'", "(1000, 2999)"), bytes(2_999_000)))]), "inflates to 1000 times its size", "above the limit of 1000000 bytes; raise it with", maxBytes=1_000_000, label=None)
lie = archive([("X.npy", bytes(2_000_000))])
at = lie.index(b"PK\x01\x02")
lie[at + 24 : at + 28] = struct.pack("<I", 100)
put("lie.npz", lie, "says that 2 MB are 100 bytes", "inflate to more than the limit of 100 bytes", label=None)
claim = archive([("X.npy", one)])
at = claim.index(b"PK\x01\x02")
claim[at + 24 : at + 28] = struct.pack("<I", 2**32 - 1)
put("claim.npz", claim, "claims a file of 4 GB", '"X.npy" at byte 35 is 4294967295 bytes when unpacked, above the limit of 1073741824 bytes', label=None)
inner = archive([("y.npy", one)], zipfile.ZIP_STORED)
outer = archive([("X.npy", inner), ("y.npy", one)], zipfile.ZIP_STORED)
second = outer.rindex(b"PK\x01\x02")
outer[second + 42 : second + 46] = struct.pack("<I", 35)
put("overlap.npz", outer, "has a file inside another's bytes, so that it is inflated twice", '"X.npy" and "y.npy" overlap at byte 70')
entries = archive([("X.npy", one)])
entries[-14:-10] = struct.pack("<HH", 65535, 65535)
put("entries.npz", entries, "claims 65535 files", "directory entry 2 at byte")
put("nested.npz", archive([("X.npy", archive([("X.npy", one)]))]), "holds an archive in the place of an array", "array X: not a .npy file: it starts with bytes 80 75 3 4", label=None)


def csr(shape, indptr, indices):
    ints = lambda values: npy(dict_of("'<i8'", f"({len(values)},)"), struct.pack(f"<{len(values)}q", *values))
    floats = npy(dict_of("'<f4'", f"({len(indices)},)"), bytes(4 * len(indices)))
    text = npy(dict_of("'|S3'", "()"), b"csr")
    return archive([("format.npy", text), ("shape.npy", ints(shape)), ("indptr.npy", ints(indptr)), ("indices.npy", ints(indices)), ("data.npy", floats)])


put("rows.npz", csr([2**31, 2**31], [0, 1], [0]), "claims a sparse matrix of 2^31 rows", "array indptr: has 2 elements, expected 2147483649", label=None)
put("columns.npz", csr([1, 2**32 - 1], [0, 1], [0]), "claims a sparse matrix of 4 billion features", "1 samples of 4294967295 features with 1 values take 274877906896 bytes in memory, above the limit", label=None)
put("indptr.npz", csr([2, 3], [0, 5, 1], [0]), "has row starts that fall", "array indptr: falls from 5 to 1 at element 2", label=None)
put("indices.npz", csr([1, 3], [0, 1], [2**31]), "has a column outside of the matrix", "array indices: element 0 is 2147483648, but there are 3 columns", label=None)

# models of scipy's matrices
put("wide.layer.npz", csr([1, 2**31], [0, 2], [5, 3]), "claims a matrix of 2^31 columns, out of order, which were sorted by counting columns", "")
put("wider.layer.npz", csr([1, 2**32 - 6], [0, 2], [5, 3]), "claims more columns than a model has neurons", "array shape: 4294967290 is not an integer from 1 to 2147483648")
put("rowless.layer.npz", csr([0, 5], [0], []), "holds a matrix without rows", "array shape: 0 is not an integer from 1")
put("twice.layer.npz", csr([1, 2**31], [0, 2], [5, 5]), "lists a cell twice", "cell (0, 5) is listed twice")

# IDX
put("sizes.idx", struct.pack(">I3I", 0x0803, 2**32 - 1, 2**32 - 1, 2**32 - 1), "claims 2^96 pictures", "truncated: 16 bytes, but 4294967295 x 4294967295 x 4294967295 values")
put("dimensions.idx", struct.pack(">I", 0x08FF) + bytes(1020), "claims 255 dimensions", "255 dimensions at byte 3; at most 3 are read")

# text
put("quote.csv", b'a,b\n1,"' + b"x" * 3000, "opens a quote that never closes", "row 2: a quoted cell is never closed")
put("bytes.csv", b"a,b\n1,\xff\x81\n", "is no UTF-8, and no Latin-1", "it is neither UTF-8 nor Latin-1 text")
put("nul.csv", b"a,b\n1,\0\n", "holds a zero byte", "unknown format")
put("ragged.csv", b"1,2,0\n1,2\n", "has a row that is short", "row 2 has 2 cells, the rows before it 3")
put("infinite.csv", b"1,1e999,a\n2,3,b\n", "holds a number beyond all types", 'row 1, column 2: 1e999 is beyond the range of 32-bit floats')
put("formula.csv", b"a,b\n1,=cmd|'/C calc'!A0\n2,+1+1\n", "has formulas for labels", "", formulas=True)
put("prototype.csv", b"__proto__,constructor,class\n1,2,a\n3,4,b\n", "names columns as Object's own", "")
put("index.svmlight", b"1 1:1\n2 2147483647:1\n", "has an index of 2 billion features", "2 samples of 2147483647 features with 2 values take 137438953436 bytes in memory, above the limit")
put("large-index.svmlight", b"1 99999999999999999999:1\n", "has an index beyond all types", 'line 1 at byte 0: "99999999999999999999" is the index')
put("labels.svmlight", b"1,,3 1:1\n", "has an empty label among several", 'line 1 at byte 0: "1,,3" is no number')
put("backwards.svmlight", b"1 5:1 4:1\n", "has indices that fall", "line 1 at byte 0: index 4 follows 5")
put("long.svmlight", b"1 1:" + b"9" * 4000, "has a number of 4000 digits", "is the value of index 1; expected a number of 32 bits")

# MatrixMarket
def mtx(sizes, *lines, kind="coordinate real general"):
    return "\n".join([f"%%MatrixMarket matrix {kind}", sizes, *lines, ""]).encode()


put("claim.mtx", mtx("1000000000000000 4 1", "1 1 1"), "claims 10^15 rows", '"1000000000000000 4 1" are no sizes', label=None)
put("entries.mtx", mtx("4 4 1000000000000000", "1 1 1"), "claims 10^15 entries", "truncated: it has 1 of 1000000000000000 values", label=None)
put("dense.mtx", mtx("2000000000 2000000000", "1", kind="array real general"), "claims a full matrix of 4 * 10^18 values", "truncated: it has 1 of 4000000000000000000 values", label=None)
put("outside.mtx", mtx("4 4 1", "5 1 1"), "has an entry below its last row", "line 3: row 5, column 1 is none of 4 x 4", label=None)
put("square.mtx", mtx("2000000000 3 1", "1 1 1", kind="coordinate real symmetric"), "is symmetric and not square", "line 2: a matrix of 2000000000 x 3 is not symmetric", label=None)

# ARFF
put("index.arff", b"@relation r\n@attribute a numeric\n@attribute y {u,v}\n@data\n{0 1, 99999999999 u}\n", "has a sparse row with an index of 10^11", 'line 5: " 99999999999 u" is no index below 2 with a value')
put("brace.arff", b"@relation r\n@attribute y {u,v\n@data\nu\n", "opens a list of values that never closes", "line 2: attribute y is {u,v; expected")
put("twice.arff", b"@relation r\n@attribute a numeric\n@attribute y {u,v}\n@data\n{0 1, 0 2, 1 u}\n", "gives a cell two values", "line 5: index 0 follows 0")
put("prototype.arff", b"@relation r\n@attribute __proto__ numeric\n@attribute y {constructor,v}\n@data\n1,constructor\n2,v\n", "names attribute and class as Object's own", "")

# expression of genes
put("claim.gct", b"#1.2\n9007199254740991\t2\nNAME\tDescription\ta\tb\ng\tna\t1\t2\n", "claims 2^53 rows", "it has 1 rows below the names, but row 2 claims 9007199254740991", label=None)
put("above.gct", b"#1.3\n1\t2\t0\t4294967295\nid\ta\tb\ng\t1\t2\n", "claims 2^32 rows above its genes", "it has 1 rows below the names, but row 2 claims 4294967296", label=None)
GEO = b'!Sample_geo_accession\t"a"\t"b"\n!Sample_title\t"u"\t"v"\n!series_matrix_table_begin\n"ID_REF"\t"a"\t"b"\n"g"\t1\t2\n'
put("cut_series_matrix.txt", GEO, "has a table without an end", "truncated: it has no line !series_matrix_table_end", label="title")
put("quote_series_matrix.txt", b'!Series_title\t"' + b"x\n" * 900 + GEO.replace(b'"', b""), "opens a quote that never closes", "row 1: a quoted cell is never closed", label="title")
put("other_series_matrix.txt", GEO.replace(b'"a"\t"b"\n!', b'"b"\t"a"\n!') + b"!series_matrix_table_end\n", "tells of its samples in another order", "its table has samples a, b, its lines tell of b, a", label="title")


# workbooks
def book(sheet, strings="", head=b""):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        def part(name, text):
            file.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED, 9)
        part("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{r}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>')
        part("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Type="a/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Target="sharedStrings.xml" Type="a/sharedStrings"/></Relationships>')
        part("xl/worksheets/sheet1.xml", head.decode() + f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>')
        part("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')
    return data.getvalue()


row = lambda n, cells: f'<row r="{n}">{cells}</row>'
put("bomb.xlsx", book(row(1, "<c><v>1</v></c>" * 80_000)), "packs 1.2 MB of cells", "is 1200129 bytes when unpacked, above the limit", maxBytes=1_000_000)
put("far.xlsx", book(row(1, '<c r="A1"><v>1</v></c>') + row(2, '<c r="ZZZZZZZ2"><v>1</v></c>')), "has a cell in column 8 * 10^9", "cell ZZZZZZZ2 follows the start of row 2")
put("row.xlsx", book(row(1, '<c r="A1"><v>1</v></c>') + row(4294967295, '<c r="A4294967295"><v>1</v></c>')), "has a row 2^32 - 1", "row 4294967295 follows row 1")
put("string.xlsx", book(row(1, '<c r="A1" t="s"><v>4294967295</v></c>')), "refers to text 2^32 - 1", 'cell A1: "4294967295" is none of its 0 texts')
laughs = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (98 + k, 97 + k, 97 + k, 97 + k, 97 + k) for k in range(12)) + b"]>"
put("laughs.xlsx", book(row(1, '<c r="A1" t="inlineStr"><is><t>&m;</t></is></c><c r="B1"><v>1</v></c>') + row(2, '<c r="A2"><v>1</v></c><c r="B2"><v>2</v></c>'), head=laughs), "has an entity of 4^12 others", "it is no XML: non-whitespace outside of root node")

# gzip
put("bomb.csv.gz", gzip.compress(b"1,1\n" * 900_000, 9, mtime=0), "inflates to 1000 times its size", "compressed bytes inflate to more than the limit of 1000000 bytes", maxBytes=1_000_000)
put("gzip.csv.gz", gzip.compress(gzip.compress(b"1,1\n2,2\n", mtime=0), mtime=0), "is packed twice", "unknown format (it starts with bytes 1f 8b")
put("cut.csv.gz", gzip.compress(b"1,1\n2,2\n" * 9, mtime=0)[:-6], "is cut short", "are truncated or damaged, after 72 bytes were inflated")
put("crc.csv.gz", gzip.compress(b"1,1\n2,2\n", mtime=0)[:-8] + bytes(8), "has a CRC that is wrong", "are truncated or damaged")

# a suite of experiments
put("deep.suite", b'{"datasets":' + b"[" * 1900 + b"]" * 1900 + b"}", "nests 1900 lists", "datasets: [[[...]]] is neither a name nor an object")
put("prototype.suite", b'{"datasets":["digits"],"__proto__":{"seed":5}}', "sets a prototype", 'key: "__proto__" is unknown')
put("in-dataset.suite", b'{"datasets":[{"data":"a.csv","__proto__":{"label":1}}]}', "sets a dataset's prototype", 'key of a dataset: "__proto__" is unknown')
put("object.suite", b'{"datasets":["digits"],"seed":{"valueOf":1,"toString":1}}', "has an object that cannot become a number", "seed: {valueOf, toString} is not an integer")
put("path.suite", b'{"datasets":[{"data":"../../etc/passwd","name":"../../x"}]}', "names its results' folder elsewhere", '"../../x" is not a name')
put("label.suite", b'{"datasets":[{"data":"a.csv","label":{"a":1}}]}', "has an object for a column", "a: label: {a} is not what this option takes")
put("name.suite", b'{"datasets":[{"data":"a.csv","name":' + b"[" * 1900 + b"]" * 1900 + b"}]}", "nests 1900 lists for a name", "name of dataset a.csv: [[[...]]] is not a name")
put("epochs.suite", b'{"datasets":["digits"],"epochs":1e308}', "would train for ever", "epochs: 1e+308 is not an integer")

with open("index.json", "w") as out:
    out.write(json.dumps(index, indent=2, ensure_ascii=False) + "\n")
