/** What a user has to know of what went otherwise and was no reason to end: told once, by the command at its end. */
const notes = new Set<string>();

export function addNote(note: string): void {
  notes.add(note);
}

/** The notes since this was asked last. */
export function takeNotes(): string[] {
  const taken = [...notes];
  notes.clear();
  return taken;
}
