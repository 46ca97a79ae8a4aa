/** A file of a dataset as published. */
export interface CatalogueFile {
  /** Under a folder of datasets. */
  readonly path: string;
  /** The address of just these bytes; none where nobody publishes them. */
  readonly url?: string;
  /** Neither where no sum is on record, or each program writes the file anew: then it is not verified. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Of a gzip file: the SHA-256 of what is packed in it, which stays the same when it is packed anew. */
  readonly content?: string;
}

/** A dataset that is known by name. */
export interface CatalogueEntry {
  readonly name: string;
  /** Samples, or of a published split those of its training part. */
  readonly samples: number;
  /** Samples of a published test part in files of its own. */
  readonly testSamples?: number;
  readonly features: number;
  readonly classes: number;
  /** None: part of the library. */
  readonly files: readonly CatalogueFile[];
  readonly license: string;
  /** What to know before drawing conclusions from it. */
  readonly note?: string;
  /** How to get the files where there is no address. */
  readonly byHand?: string;
}

/** The feature-selection sets of Arizona State University: the files of this commit are, byte for byte, those whose sums stand below. */
const ASU = "https://raw.githubusercontent.com/jundongl/scikit-feature/48cffad4e88ff4b9d2f1c7baffb314d1b3303792/skfeature/data";
const ASU_LICENSE = "not stated for the data; the repository scikit-feature is GPL-2.0";

/** The publisher's repository; the MD5 sums in its README belong to the same files as the SHA-256 sums below. */
const FASHION =
  "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion";

/** Cells of 10x Genomics as the Python package scanpy prepares them; older AnnData must be written anew, so that no sum of a file is that of another. */
const SCANPY_LICENSE = "CC BY 4.0, 10x Genomics; prepared by scanpy (BSD-3-Clause)";

/** Cells that scanpy has as `sc.datasets.NAME()`. */
function scanpy(name: string, [samples, features, classes]: Shape, label: string) {
  const files = [{ path: `cells/${name}.h5ad` }];
  const byHand = `write it with the Python package scanpy: sc.datasets.${name}().write_h5ad("${name}.h5ad")`;
  return { name, samples, features, classes, files, license: SCANPY_LICENSE, note: `cells, --label ${label}`, byHand };
}

/** Counts of words of two groups of 20 Newsgroups, of which no sum is on record here. */
function newsgroups(name: string, [samples, features, classes]: Shape) {
  const files = [{ path: `asu/${name}.mat` }];
  const byHand = `no sum is on record to verify it by: download ${ASU}/${name}.mat`;
  return { name, samples, features, classes, files, license: ASU_LICENSE, note: "counts of words", byHand };
}

/** A copy of the files of yann.lecun.com, which were often out of reach there. */
const MNIST = "https://raw.githubusercontent.com/fgnt/mnist/68014a4df3a2820a5953f5c144aa731ce752e7de";

const UNTRIED = "its address was not tried when it was noted here; sizes and sums are those on record for the published files";

type Shape = readonly [samples: number, features: number, classes: number];

function asu(
  name: string,
  [samples, features, classes]: Shape,
  bytes: number,
  sha256: string,
  more: { file?: string; note?: string } = {},
) {
  const { file = name, note } = more;
  const files = [{ path: `asu/${name}.mat`, url: `${ASU}/${file}.mat`, bytes, sha256 }];
  return { name, samples, features, classes, files, license: ASU_LICENSE, ...(note && { note }) };
}

/** A dataset in the four files of MNIST: "bytes sha256 content" of training images and labels, then of the test's. */
function idx(name: string, address: string, license: string, sums: readonly string[]) {
  const parts = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
  const files = parts.map((part, i) => {
    const [bytes, sha256, content] = sums[i].split(" ");
    return { path: `${name}/${part}-ubyte.gz`, url: `${address}/${part}-ubyte.gz`, bytes: Number(bytes), sha256, content };
  });
  return { name, samples: 60000, testSamples: 10000, features: 784, classes: 10, files, license, note: UNTRIED };
}

/** The datasets that are known by name; their shapes are checked against the files by a test. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: "digits",
    samples: 1797,
    features: 64,
    classes: 10,
    files: [],
    license: "UCI, Optical Recognition of Handwritten Digits (test part); cite E. Alpaydin and C. Kaynak",
  },
  asu("lung_discrete", [73, 325, 7], 7516, "93c6a65eb1f6f9f95ac897010c337254a57c57e7f8c0c9a7963a0e03de8233f4", {
    file: "lung_small",
    note: "5 to 21 samples a class",
  }),
  asu("leukemia", [72, 7070, 2], 154743, "eb92382fb77c968864cb0a92a2c77acde7f88ba7fe5fd5a64b98184e3a05269d", {
    note: "the 72 patients of ALLAML in the same order, values in three steps: no independent evidence beside it",
  }),
  asu("lymphoma", [96, 4026, 9], 110185, "bd834ed911d47ecf2e07625ed77617d514d89ee398fa2e7a787230f7cf5243f8", {
    note: "2 to 46 samples a class",
  }),
  asu("ALLAML", [72, 7129, 2], 3639219, "068afe0fe1021932e1e7d801294c267de8aeaa9d41899acfac024e72b0d44c1e", {
    note: "the 72 patients of leukemia, values as measured",
  }),
  asu("Prostate_GE", [102, 5966, 2], 1524983, "050b598534dbc662f23e30f39b41354b61d02ab8567837bcf9b1091c1c636ab4", {
    file: "Prostate-GE",
  }),
  asu("arcene", [200, 10000, 2], 1900005, "779d678207b9a8c0ba8f2f5ecdb2216d9f98bf475ab040e806797efd36331bc5"),
  asu("madelon", [2600, 500, 2], 1496573, "7dc9c9ff8d902651948e2df7f9cb6ed38c5d91e4c4159914cecb1ddbc7def12c", {
    note: "480 of its features are noise",
  }),
  asu("Isolet", [1560, 617, 26], 3652673, "ea73c69b1342a7def8199458e53a70307a83d557eceb2579863dda57c3ccd2b1"),
  asu("COIL20", [1440, 1024, 20], 3024549, "4595ebdda07f47b0eb014fcfaddc22b452f9aed9c1d9261a0d5bc336c1ee1344", {
    note: "an object every 5 degrees: random splits put neighbouring views on both sides",
  }),
  asu("ORL", [400, 1024, 40], 376584, "e257ec36002e48688ed7f3b9fda13f479f2fd98864fa0672d1353eda1912b189"),
  asu("Yale", [165, 1024, 15], 161021, "cccd29abd2c520dd5cc8ff7645b422c2bdadd59406a6b6a0239143d9d44afcf3"),
  asu("orlraws10P", [100, 10304, 10], 951783, "6ffa58759c5636f4ce311d23e44ef8de9f39bbb844902154c0cc5daac71226d6", {
    note: "ten of the forty people of ORL: no independent evidence beside it",
  }),
  asu("warpAR10P", [130, 2400, 10], 279711, "92b5f7e72b5715ada8f2df16e6d8e5effd8e0034a53a656ed9ef76e3f727d413"),
  asu("PCMAC", [1943, 3289, 2], 191131, "9999dfccf97ab88f87127dd3457da436acb75cda9f0af4750e7cae5fe1a31b25", {
    note: "counts of words, 1.5 % of them nonzero",
  }),
  {
    name: "USPS",
    samples: 9298,
    features: 256,
    classes: 10,
    files: [{ path: "asu/USPS.mat", bytes: 1832830, sha256: "e5e52df555479f10aeb314e5be86e7e4a1878a29cd964113e7d04659ae2ed26a" }],
    license: "not stated",
    note: "the first 7291 samples are the published training set, the last 2007 its test set",
    byHand:
      "it has no public address in this form: write a MATLAB 5 file with X [9298 x 256], the 7291 training samples of usps.h5 and then its 2007 test samples, values times 2000 as int16, and Y [9298 x 1], the digits",
  },
  idx("mnist", MNIST, "CC BY-SA 3.0", [
    "9912422 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "28881 3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "1648877 8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "4542 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  ]),
  idx("fashion-mnist", FASHION, "MIT, Zalando SE", [
    "26421880 3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84 c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "29515 a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845 bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "4422102 346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073 5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "5148 67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5 0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  ]),
  newsgroups("BASEHOCK", [1993, 4862, 2]),
  newsgroups("RELATHE", [1427, 4322, 2]),
  {
    name: "rcv1",
    samples: 20242,
    features: 47236,
    classes: 2,
    files: [{ path: "text/rcv1.svmlight" }],
    license: "not stated; of Reuters' news, made by Lewis et al. (2004)",
    note: "news as weights of words, kept sparse",
    byHand:
      "no sum is on record to verify it by: download rcv1_train.binary.bz2 of LIBSVM's collection of data (binary), and unpack it: bunzip2 -c rcv1_train.binary.bz2 > rcv1.svmlight",
  },
  scanpy("pbmc68k_reduced", [700, 765, 10], "bulk_labels"),
  scanpy("pbmc3k_processed", [2638, 1838, 8], "louvain"),
];
