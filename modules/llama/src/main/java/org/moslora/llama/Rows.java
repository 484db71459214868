package org.moslora.llama;

import ai.djl.ndarray.NDArray;

/**
 * How the rows of a pass are laid out.
 *
 * @param lengths rows of each conversation, one after the other
 * @param cos cosines of the rows' rotary angles, [rows, head width / 2]
 * @param sin sines
 * @param keep the rows that the last block goes on with after attention; without entries all
 */
@SuppressWarnings("ArrayRecordComponent") // read by kernels only, never compared
record Rows(long[] lengths, NDArray cos, NDArray sin, NDArray keep) {}
