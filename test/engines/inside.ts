import type Docker from 'dockerode'

/** What a command of busybox says inside a running container, in the Engine's own framing. */
export async function inside(docker: Docker, container: string, Cmd: string[]): Promise<string> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: ['/bin/busybox', ...Cmd], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  let said = ''
  for await (const chunk of stream) said += String(chunk)
  return said
}
