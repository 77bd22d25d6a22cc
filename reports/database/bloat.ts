/** What the estimate of a table's or index's needed pages is made from. */
export interface Packing {
  readonly rows: number;
  /** Bytes of a row's values on average, as the statistics of its columns say. */
  readonly rowBytes: number;
  readonly columns: number;
  /** Whether some value is absent, which costs a bit for each column. */
  readonly nulls: boolean;
  /** Percent of a page that is filled at first. */
  readonly fillFactor: number;
  readonly blockSize: number;
}

// Sizes of PostgreSQL's page layout: https://www.postgresql.org/docs/current/storage-page-layout.html
const alignment = 8;
const pageHeader = 24;
const itemPointer = 4;
const rowHeader = 23;
const indexRowHeader = 8;
/** Links to the neighbours at the end of a B-tree's page. */
const treeSpecial = 16;

function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Pages that a freshly written table needs. Padding between columns is unknown: a half of the alignment for each second one is assumed. */
export function tablePages({ rows, rowBytes, columns, nulls, fillFactor, blockSize }: Packing): number {
  const header = align(rowHeader + (nulls ? Math.ceil(columns / 8) : 0));
  const row = header + align(rowBytes + (columns / 2) * (alignment / 4)) + itemPointer;
  // Nothing is shared between pages, so what does not fit a page's rest is lost.
  const perPage = Math.max(1, Math.floor(((blockSize - pageHeader) * fillFactor) / 100 / row));
  return Math.ceil(rows / perPage);
}

/** Pages that a freshly built B-tree needs, without its merging of equal keys: it may well need fewer. */
export function treePages({ rows, rowBytes, nulls, fillFactor, blockSize }: Packing): number {
  const row = align(indexRowHeader + (nulls ? alignment : 0) + rowBytes) + itemPointer;
  const perPage = Math.max(1, Math.floor(((blockSize - pageHeader - treeSpecial) * fillFactor) / 100 / row));
  // The pages above the leaves, and the first one with the root's place.
  return Math.ceil((rows / perPage) * 1.01) + 1;
}
