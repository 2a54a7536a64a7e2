import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { convertIcsCalendar } from 'ts-ics'
import { afterEach, expect, test } from 'vitest'
import { openMailServer } from '../channels/mail.ts'
import { addMail, invitationsIn } from './invited.ts'
import { openStage, rollbackArgs, runsOf, stateOf, type Stage } from './support.ts'

let stage: Stage | null = null
let mail: Awaited<ReturnType<typeof openMailServer>> | null = null
afterEach(async () => {
  await stage?.close()
  await mail?.close()
})

test('the post-mortem of a closed run is moved and called off, by file and by mail, and its journal stays as it was', async () => {
  mail = await openMailServer()
  const smtp = `smtp://127.0.0.1:${mail.port}`
  stage = await openStage({ orderEveryMs: 0, prepare: ({ manifestFile }) => addMail(manifestFile, smtp) })
  const { astern, home } = stage
  await astern(await rollbackArgs(stage))
  const [run = ''] = runsOf(home)
  const id = basename(run)
  const journal = (): string =>
    createHash('sha256')
      .update(readFileSync(join(run, 'journal.jsonl')))
      .digest('hex')
  const before = journal()
  const booked = stateOf(run).review
  expect(booked).toMatchObject({ sequence: 0, file: 'report/post-mortem.ics' })
  expect(booked?.at).toMatch(/T09:00:00\.000Z$|T08:00:00\.000Z$/)

  const review = (...args: readonly string[]) => astern(['review', id, ...args])
  expect((await review()).stdout).toBe(`${booked?.at}, ${booked?.owner} leads it (invitation 0)\n`)
  const at = new Date(Date.parse(booked?.at ?? '') + 86_400_000).toISOString()
  const moved = await review('--at', at, '--owner', 'bo@shop.example', '--reason', 'half of us are away')
  expect([moved.code, moved.stdout]).toEqual([
    0,
    `booked for ${at}, bo@shop.example leads it: ${join(run, 'report/post-mortem-1.ics')}\n`,
  ])
  expect((await review('--cancel')).code).toBe(2)
  expect((await review('--cancel', '--reason', 'it is part of another')).code).toBe(0)
  expect((await review('--cancel', '--reason', 'once more')).code).toBe(3)
  expect(JSON.parse((await review('--json')).stdout)).toMatchObject({ at, sequence: 2, cancelled: true })

  const told = mail.mails.flatMap(({ text }) => invitationsIn(text))
  const uid = `post-mortem-${id}@astern`
  expect(told).toEqual([
    ['REQUEST', uid, 0, booked?.at, 'a@shop.example'],
    ['REQUEST', uid, 1, at, 'a@shop.example'],
    ['CANCEL', uid, 2, at, 'a@shop.example'],
  ])
  const written = ['post-mortem.ics', 'post-mortem-1.ics', 'post-mortem-2.ics'].map(name =>
    convertIcsCalendar(undefined, readFileSync(join(run, 'report', name), 'utf8')),
  )
  expect(written.map(({ method, events: [event] = [] }) => [method, event?.uid, event?.sequence ?? 0])).toEqual([
    ['REQUEST', uid, 0],
    ['REQUEST', uid, 1],
    ['CANCEL', uid, 2],
  ])
  expect(journal()).toBe(before)
})
