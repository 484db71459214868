/**
 * The miniature world on disk: pictures, conversations, captions, facts and tokenizers in the formats that everything
 * else reads. Start at {@link org.moslora.datasets.miniature.WorldFolder}.
 */
@NullMarked
package org.moslora.datasets.miniature;

import org.jspecify.annotations.NullMarked;
