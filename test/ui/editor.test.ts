import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { editText } from '../../src/cli/edit-text.ts'
import { openDialog } from '../../src/ui/dialogs/table.ts'
import { press } from '../../src/ui/view/press.ts'
import { editedInDialog } from '../../src/ui/view/press-dialog.ts'
import { firstView } from '../../src/ui/view/view.ts'
import { stateAfter } from './support/states.ts'
import { worldOf } from './support/world.ts'

describe('ctrl+o in a dialog', () => {
  const state = stateAfter(({ kind }) => kind === 'plan.proposed')
  const world = worldOf(state, { clockMs: 60_000 })
  const open = { ...firstView, dialog: openDialog('message', null, state, 0) }

  test('hands the text in hand to an editor, and takes what comes of it, lines and all', () => {
    const { effects, view } = press(open, 'ctrl+o', world)
    const [subject] = open.dialog.fields
    expect(effects).toEqual([{ kind: 'edit', field: 'subject', text: subject?.kind === 'text' ? subject.value : '' }])
    const edited = editedInDialog(view, 'text', { ok: true, text: 'one\ntwo' })
    expect(edited.dialog?.fields[1]).toMatchObject({ id: 'text', value: 'one\ntwo', cursor: 7 })
    expect(edited.dialog?.fields[0]).toEqual(subject)
  })

  test('says why nothing came of it, and the text is as it was', () => {
    const { dialog } = editedInDialog(open, 'text', { ok: false, says: 'vi ended with 1. The text is as it was.' })
    expect([dialog?.error, dialog?.fields]).toEqual(['vi ended with 1. The text is as it was.', open.dialog.fields])
  })

  test('is for free text alone: a name that arms something is typed', () => {
    const approving = { ...firstView, dialog: { ...openDialog('approve', null, state, 0), focus: 0 } }
    const { effects, view } = press(approving, 'ctrl+o', world)
    expect([effects, view.dialog?.error]).toEqual([[], 'Only a field for free text opens in an editor.'])
  })
})

describe('an editor of the person’s own', () => {
  const home = mkdtempSync(join(tmpdir(), 'astern-editor-'))
  afterEach(() => rmSync(join(home, 'seen'), { force: true }))

  /** A program in the place of an editor: `$1` is the file. */
  const editor = (script: string): string => {
    const file = join(home, 'editor')
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    return file
  }

  test('gets the text in a file that is its owner’s alone, with its own arguments, and the file is gone afterwards', async () => {
    const program = editor(
      `[ "$1" = --wait ] || exit 3\nshift\necho "$1" > ${home}/seen\nstat -c %a "$1" >> ${home}/seen\nprintf 'more \\033[31mred\\nlast\\n' >> "$1"`,
    )
    expect(await editText('first', { VISUAL: `${program} --wait`, EDITOR: 'false' })).toEqual({
      ok: true,
      text: 'first\nmore red\nlast',
    })
    const [file = '', mode] = readFileSync(join(home, 'seen'), 'utf8').split('\n')
    expect([mode, existsSync(file), existsSync(join(file, '..'))]).toEqual(['600', false, false])
    expect(statSync(home).isDirectory()).toBe(true)
  })

  test.each([
    ['exit 1', /editor ended with 1\. The text is as it was\.$/],
    ['kill -9 $$', /editor ended with SIGKILL\. The text is as it was\.$/],
    [
      'head -c 20000 /dev/zero >> "$1"',
      /^What was written has 20006 bytes, and a message at most 16384\. The text is as it was\.$/,
    ],
  ])('that fails leaves the text as it was: %s', async (script, says) => {
    expect(await editText('first', { EDITOR: editor(script) })).toEqual({
      ok: false,
      says: expect.stringMatching(says),
    })
  })

  test('that is not there, or that nobody named, is said', async () => {
    expect(await editText('first', {})).toEqual({
      ok: false,
      says: 'Neither VISUAL nor EDITOR names an editor. The text is as it was.',
    })
    expect(await editText('first', { EDITOR: '/nowhere/vi' })).toEqual({
      ok: false,
      says: '/nowhere/vi could not be started (ENOENT). The text is as it was.',
    })
  })

  test('that gets no file, or leaves none, ends no console', async () => {
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = join(home, 'nowhere')
    const nowhere = await editText('first', { EDITOR: 'true' }).finally(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })
    const says = 'A file for the editor cannot be written or read: it is not there. The text is as it was.'
    expect(nowhere).toEqual({ ok: false, says })
    expect(await editText('first', { EDITOR: editor('rm "$1"') })).toEqual({ ok: false, says })
  })
})
