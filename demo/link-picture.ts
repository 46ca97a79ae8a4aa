import type { Plugin } from "vite";

/** Where the page names its picture, as it is in the build. */
const NAMED = 'property="og:image" content="./preview.png"';

/**
 * The whole address of the picture that other sites show of a link to the page. `site` is the address of the page, `COPPICE_SITE` of a build; without it the
 * picture is that of `repository`, a package.json's. Throws on what is no whole address.
 */
export function pictureAddress(site: string | undefined, repository: string): string {
  if (site === undefined)
    return `https://raw.githubusercontent.com/${repository.replace("github:", "")}/main/demo/public/preview.png`;
  const address = URL.canParse(site) ? new URL(site) : null;
  if (address === null || !/^https?:$/.test(address.protocol))
    throw new Error(
      `COPPICE_SITE: "${site}" is not the whole address of a page; give one such as https://example.org/coppice/, or leave it out`,
    );
  const folder = address.pathname.replace(/\/(?![^/]*\.html?$)([^/]+)$/, "/$1/"); // of "coppice", and of "coppice/index.html"
  return new URL("preview.png", address.origin + folder).href;
}

/** Names the picture by its whole address, as programs that look at links take no other. Throws where the page names none. */
export function linkPicture(site: string | undefined, repository: string): Plugin {
  return {
    name: "link-picture",
    apply: "build",
    transformIndexHtml: {
      order: "pre",
      handler(html, { path }) {
        if (path !== "/index.html") return html;
        if (!html.includes(NAMED)) throw new Error(`link-picture: ${path} has no ${NAMED}`);
        return html.replace(NAMED, `property="og:image" content="${pictureAddress(site, repository)}"`);
      },
    },
  };
}
