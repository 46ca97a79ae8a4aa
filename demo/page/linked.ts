import { signal } from "@preact/signals-core";
import type { FileData } from "./link.js";

/** The file that the page's link is for; null once it, or other data, were opened, or suggested settings took the place of the link's. */
export const linked = signal<FileData | null>(null);
