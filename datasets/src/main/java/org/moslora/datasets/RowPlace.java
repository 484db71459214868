package org.moslora.datasets;

/**
 * Where a row stands.
 *
 * @param file its file, as the user named it
 * @param index its place in the file, from 0
 * @param line the line on which it begins, from 1
 */
public record RowPlace(String file, int index, int line) {
    @Override
    public String toString() {
        return file + ", row " + (index + 1) + " (line " + line + ")";
    }
}
