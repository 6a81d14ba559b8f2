import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

export const metadata: Metadata = { title: 'Page not found' }

// Any other address: with this page, "not found" stands in the frame of the other pages.
export default function Nowhere(): never {
  notFound()
}
