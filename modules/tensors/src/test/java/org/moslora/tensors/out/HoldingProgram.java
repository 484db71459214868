package org.moslora.tensors.out;

import java.io.IOException;
import java.nio.file.Path;

/** A program that holds a folder until its stdin ends, or dies. */
final class HoldingProgram {
    private HoldingProgram() {}

    public static void main(String... arguments) throws IOException {
        OutputLock.inside("--out", Path.of(arguments[0])).during(() -> {
            System.out.println("held");
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException gone) {
                throw new IllegalStateException(gone);
            }
        });
    }
}
