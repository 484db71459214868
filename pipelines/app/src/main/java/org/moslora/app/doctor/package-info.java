/**
 * What {@code moslora doctor} finds out about a machine: what it computes with, what of an NVIDIA GPU is there and what is in
 * its way, and whether a small training runs on every device and comes to the same numbers. Start at {@code Doctor}.
 */
@NullMarked
package org.moslora.app.doctor;

import org.jspecify.annotations.NullMarked;
