import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { textsOf } from './built.ts'
import { edgeCases } from './edge-cases.ts'
import { editsOf, type Guard } from './guard.ts'
import { lists } from './lists.ts'

const root = resolve(import.meta.dirname, '../..')
const all = Object.values(lists).flat()

describe('the lists of guards', () => {
  test('name each guard once, by the list it stands in', () => {
    const ids = all.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const strays = Object.entries(lists).flatMap(([list, guards]) =>
      guards.flatMap(({ id }) => (id.startsWith(`${list}.`) ? [] : [id])),
    )
    expect(strays).toEqual([])
  })

  test('find what each takes out exactly once, and take something out', () => {
    const edits = all.flatMap(guard => editsOf(guard).map(edit => ({ id: guard.id, ...edit })))
    expect(edits.filter(({ file, find }) => read(file).split(find).length !== 2)).toEqual([])
    expect(edits.filter(({ find, replace }) => find === replace)).toEqual([])
  })

  test('name a test that is there', () => {
    expect(all.filter(guard => !hasTest(guard)).map(({ id }) => id)).toEqual([])
  })

  test('are what docs/edge-cases.md says', async () => {
    await expect(edgeCases(lists)).toMatchFileSnapshot(join(root, 'docs/edge-cases.md'))
  })
})

function hasTest({ test: file, name }: Guard): boolean {
  return existsSync(join(root, file)) && (name === undefined || textsOf(root, file).some(text => text.includes(name)))
}

function read(file: string): string {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : ''
}
