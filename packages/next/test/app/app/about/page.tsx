export default function About() {
  return <p>A static page that the proxy sees.</p>
}
