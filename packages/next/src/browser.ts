// What a bundle for browsers would load, so that a build with a server's code in it fails.
import 'server-only'

throw new Error('@trefoil/next is for servers: import @trefoil/next/client in client components.')
