package org.moslora.tuning;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.DataFormat;
import org.moslora.datasets.OnBadSample;
import org.moslora.examples.Order;

/** What a training asks of a recipe's {@code data:} block, whichever pipeline it is of. */
public interface ConversationsBlock {
    /** The files. */
    List<Path> conversations();

    /** How their rows are laid out; null for what each row shows. */
    @Nullable
    DataFormat format();

    /** In what order an epoch takes them. */
    Order order();

    /** What becomes of rows that cannot be used. */
    OnBadSample onBadSample();

    /** How they are spelt. */
    Spelling.Choice spelling();

    /** Where pictures are looked for when nobody names a folder: beside the conversations. */
    static Path beside(List<Path> conversations) {
        Path parent = conversations.get(0).toAbsolutePath().getParent();
        return parent == null ? Path.of("") : parent;
    }
}
