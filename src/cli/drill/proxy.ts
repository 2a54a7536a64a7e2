import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printFaults } from '../../manifest/faults.ts'
import { loadProxy } from '../../manifest/proxy/load.ts'
import { addressText } from '../../state/drill/proxy.ts'
import { openProxy, type Proxy } from '../../targets/faults/proxy/server/proxy.ts'
import { exitCode } from '../exit-codes.ts'
import { systemWords } from '../system-words.ts'
import { answer, talk } from '../talk.ts'

/** Stands on the ways that its file names until it is told to end. */
export async function runProxy(file: string): Promise<number> {
  const loaded = await loadProxy(resolve(file), path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return exitCode.usage
  }
  const { control, routes } = loaded.proxy
  const ending = Promise.race(['SIGTERM', 'SIGINT', 'SIGHUP'].map(signal => once(process, signal)))
  let proxy: Proxy
  try {
    proxy = await openProxy(loaded.proxy)
  } catch (error) {
    talk(
      `astern: the proxy does not stand: ${systemWords(error)}. Nothing is listened at. Look who does, or correct ${file}.`,
    )
    return exitCode.short
  }
  const ways = Object.entries(routes).map(
    ([name, { listen, to }]) => `  ${name}: ${addressText(listen)} to ${addressText(to)}`,
  )
  answer([`the proxy stands; it is told what to do at ${addressText(control)}`, ...ways].join('\n'))
  await ending
  await proxy.close()
  return exitCode.reached
}
