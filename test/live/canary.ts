import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** A secret that can be told from every other text, its first and last ten characters alone too. */
export function canary(ending = ''): string {
  return `Zq${randomBytes(9).toString('base64url')}${ending}${randomBytes(9).toString('base64url')}`
}

/** Signs that every encoding writes in another way. */
export const odd = '/+"&<x>\' %'

/** Names of those canaries of which something stands in a text: in any encoding, or a piece of ten characters. */
export function leaksIn(text: string, canaries: ReadonlyMap<string, string>): readonly string[] {
  const texts = [text, joined(text)]
  return [...canaries].flatMap(([name, value]) =>
    texts.some(each => needles(value).some(needle => each.includes(needle))) ? [name] : [],
  )
}

/** As a screen or a document may have broken it over its lines. */
function joined(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control sequences are exactly what is taken out
  return text.replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]|<wbr>|[\s│┃|\\…]/g, '')
}

function needles(value: string): readonly string[] {
  const bytes = Buffer.from(value)
  const base64 = [0, 1, 2].map(lead => {
    const whole = Buffer.concat([Buffer.alloc(lead, 'a'), bytes]).toString('base64')
    return whole.slice(lead === 0 ? 0 : 4, 4 * Math.floor((bytes.length + lead) / 3))
  })
  return [
    value.slice(0, 10),
    value.slice(-10),
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
}

/** Every file below a directory, with what of the canaries stands in it. */
export function leaksBelow(directory: string, canaries: ReadonlyMap<string, string>): readonly string[] {
  if (!existsSync(directory)) return []
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(name => join(directory, name))
  return files
    .filter(file => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .flatMap(file => leaksIn(readFileSync(file, 'latin1'), canaries).map(name => `${name} in ${file}`))
}

export type Sampler = {
  /** How many processes were looked at, and which canary stood in the arguments or in the environment of which. */
  readonly stop: () => Promise<{ readonly seen: number; readonly leaks: readonly string[] }>
}

/** Reads /proc all the time, in a thread of its own. Every process is read until it was seen three times: it may have been about to become another. */
export function sampleProcesses(canaries: ReadonlyMap<string, string>): Sampler {
  const wanted = [...canaries].map(([name, value]) => [name, needles(value)])
  const worker = new Worker(sampling, { eval: true, workerData: wanted })
  const told = new Promise<{ seen: number; leaks: string[] }>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return {
    stop: async () => {
      worker.postMessage('stop')
      return told
    },
  }
}

const sampling = `
const { parentPort, workerData } = require('node:worker_threads')
const { readdirSync, readFileSync } = require('node:fs')
const times = new Map()
const leaks = new Set()
let seen = 0
const read = (pid, file) => { try { return readFileSync('/proc/' + pid + '/' + file, 'latin1') } catch { return '' } }
const look = () => {
  for (const pid of readdirSync('/proc')) {
    if (!/^\\d+$/.test(pid)) continue
    const count = times.get(pid) ?? 0
    if (count >= 3) continue
    times.set(pid, count + 1)
    const cmdline = read(pid, 'cmdline').replaceAll('\\0', ' ')
    if (cmdline === '') continue
    seen += 1
    const environ = read(pid, 'environ')
    for (const [name, needles] of workerData) {
      if (needles.some(needle => cmdline.includes(needle))) leaks.add('cmdline: ' + name + ' of ' + cmdline.slice(0, 60))
      if (needles.some(needle => environ.includes(needle))) leaks.add('environ: ' + name + ' of ' + cmdline.slice(0, 200))
    }
  }
}
const timer = setInterval(look, 15)
parentPort.once('message', () => { look(); clearInterval(timer); parentPort.postMessage({ seen, leaks: [...leaks] }) })
`
