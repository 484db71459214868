/**
 * An account of where the time of a training step and of a picture goes, for those who make the program faster:
 * {@code pipelines/app/account small} and {@code mid}. Start at {@link org.moslora.app.account.Account}.
 */
@NullMarked
package org.moslora.app.account;

import org.jspecify.annotations.NullMarked;
