// Whoever reads the output, such as `head`, may have enough of it: that is no failure.

/** Ends the process quietly when nobody reads its output any more. */
export function endWithReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    // Not as failed: npm would write a page about that.
    process.exit(0);
  });
}
