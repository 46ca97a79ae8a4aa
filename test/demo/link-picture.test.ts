import { expect, test } from "vitest";
import { linkPicture, pictureAddress } from "../../demo/link-picture.js";

const OWN = "github:coppice-ml/coppice";

test("the picture of a link has a whole address: below the page's, or the repository's", () => {
  for (const site of ["coppice/", "coppice", "coppice/index.html", "coppice?a#b"].map((end) => `https://example.org/${end}`))
    expect(pictureAddress(site, OWN)).toBe("https://example.org/coppice/preview.png");
  expect(pictureAddress("https://example.org", OWN)).toBe("https://example.org/preview.png");
  expect(pictureAddress(undefined, OWN)).toBe(
    "https://raw.githubusercontent.com/coppice-ml/coppice/main/demo/public/preview.png",
  );
});

test.for(["example.org/coppice", "/coppice/", "", "file:///site/"])("%j is no address of a page", (site) => {
  expect(() => pictureAddress(site, OWN)).toThrow(/^COPPICE_SITE: ".*" is not the whole address of a page; give one such as /);
});

test("a page that names no picture is not built", () => {
  const { transformIndexHtml } = linkPicture(undefined, OWN);
  const { handler } = transformIndexHtml as unknown as { handler(html: string, context: { path: string }): string };
  expect(() => handler("<html></html>", { path: "/index.html" })).toThrow(/^link-picture: \/index.html has no /);
  expect(handler("<html></html>", { path: "/bench/index.html" })).toBe("<html></html>");
});
