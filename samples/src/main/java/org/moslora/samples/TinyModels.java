package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;

/** A tiny LLaVA and a tiny Stable Diffusion with random weights, and something to learn for both, in a folder. */
public final class TinyModels {
    private TinyModels() {}

    /** Makes them. */
    public static void main(String... arguments) {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        System.out.println("A LLaVA: "
                + TinyLlava.write(folder.resolve("llava"), TinyOptions.standard())
                        .model());
        System.out.println("A Stable Diffusion: "
                + TinyDiffusion.first(folder.resolve("diffusion"), 4, 4).model());
    }
}
