/** A script that is loaded when it is asked for. Throws, saying what it does and what helps, where it is not to be had. */
export const loaded = <Script>(
  script: Promise<Script>,
  does: string,
  instead = "try again when the page is here again",
): Promise<Script> =>
  script.catch(() => {
    throw new Error(`the script that ${does} could not be loaded; ${instead}`);
  });
