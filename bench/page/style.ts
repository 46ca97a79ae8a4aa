/** What the bench page adds to the report's style sheet. */
export const PAGE_STYLE = `
form { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin: 20px 0; }
fieldset { border: 1px solid var(--rule); border-radius: 8px; padding: 6px 14px 10px; }
legend { color: var(--soft); font-size: 13px; }
label { margin-right: 12px; }
button { font: inherit; padding: 8px 22px; }
.log { max-height: 320px; overflow-y: auto; font: 13px / 1.5 ui-monospace, monospace; color: var(--soft); }
iframe { width: 100%; height: 80vh; border: 1px solid var(--rule); border-radius: 8px; }
[data-state="failed"] { color: var(--t2); }
`;
