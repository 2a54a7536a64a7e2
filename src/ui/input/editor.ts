/** What came of a text in an editor of the person's own; `says`: why nothing did. */
export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly says: string }

/** Runs it in the terminal, which is its own meanwhile. */
export type Editor = (text: string) => Promise<Edited>
