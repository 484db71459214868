package org.moslora.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * Where the models lie that are tuned; nothing is ever written there.
 *
 * @param llava a folder in the hub's layout: one that answers questions about pictures of the miniature world
 * @param painter a folder in diffusers' layout: one that paints them
 * @param clip a folder in the hub's layout: one that judges pictures; null if there is none, and then no scores
 */
public record Bases(Path llava, Path painter, @Nullable Path clip) {
    /** The environment variable that names the folder of both. */
    public static final String VARIABLE = "MOSLORA_BASES";

    private static final String LLAVA = "llava";
    private static final String PAINTER = "stable-diffusion";
    private static final String CLIP = "clip";

    /**
     * Finds them in one folder, as {@code llava/}, {@code stable-diffusion/} and perhaps {@code clip/}.
     *
     * @throws InvalidInput if one of the first two is not in it
     */
    public static Bases in(Path folder) {
        Path clip = folder.resolve(CLIP);
        Bases bases = new Bases(folder.resolve(LLAVA), folder.resolve(PAINTER), Files.isDirectory(clip) ? clip : null);
        Problems problems = new Problems();
        mustHold(bases.llava, "config.json", problems);
        mustHold(bases.painter, "model_index.json", problems);
        problems.throwIfAny();
        return bases;
    }

    private static void mustHold(Path model, String file, Problems problems) {
        if (!Files.isRegularFile(model.resolve(file))) {
            problems.add("--bases", "%s holds no model: there is no %s in it", model, file);
        }
    }
}
