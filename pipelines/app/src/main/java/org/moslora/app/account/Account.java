package org.moslora.app.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.moslora.layers.Engine;
import org.moslora.layers.Precision;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.FolderTree;

/**
 * Says where the CPU seconds of a training step and of a picture go, on one thread, and what the same products,
 * convolutions and attentions take alone: {@code Account small|mid [fp32|bf16]}.
 */
final class Account {
    private Account() {}

    /** Prints tables in Markdown. */
    public static void main(String[] arguments) throws IOException {
        String shape = arguments.length > 0 ? arguments[0] : "";
        Precision precision =
                Precision.valueOf((arguments.length > 1 ? arguments[1] : "fp32").toUpperCase(Locale.ROOT));
        Engine.start(1);
        Path folder = Files.createTempDirectory("moslora-account");
        try {
            MeasuredWork work = of(shape, folder, precision);
            for (Measured measured : work.measured()) {
                AccountTable table = AccountTable.of(measured, new AloneTimes(precision));
                System.out.println(table.markdown());
            }
        } finally {
            FolderTree.delete(folder);
        }
    }

    private static MeasuredWork of(String shape, Path folder, Precision precision) throws IOException {
        return switch (shape) {
            case "small" -> new SmallLanguageWork(folder, precision);
            case "mid" -> new MidPictureWork(folder, precision);
            default -> throw new InvalidInput("shape", "must be one of " + List.of("small", "mid") + ", got " + shape);
        };
    }
}
