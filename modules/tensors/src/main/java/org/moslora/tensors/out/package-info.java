/**
 * What a user names with {@code --out}: nothing there is replaced that the program did not write, nothing that is read is
 * written to, and no two processes write to one place. Start at {@link org.moslora.tensors.out.OutputPlace};
 * {@link org.moslora.tensors.out.OwnFolder} knows what was written before, {@link org.moslora.tensors.out.OutputLock}
 * who else is at it.
 */
@NullMarked
package org.moslora.tensors.out;

import org.jspecify.annotations.NullMarked;
