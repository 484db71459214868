package org.moslora.adapters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** Adapters as PyTorch pickles them, which is a program that reading would run: they are named and never read. */
final class Pickles {
    private static final List<String> NAMES = List.of("adapter_model.bin", "pytorch_lora_weights.bin");

    private Pickles() {}

    /** Whether a folder holds one where an adapter would be. */
    static boolean holds(Path folder) {
        return in(folder) != null;
    }

    /**
     * Checks a file, or a folder and its folders of text encoders.
     *
     * @throws InvalidInput where it is one or holds one in place of safetensors
     */
    static void check(Path path) {
        Path found = Files.isRegularFile(path) ? (isPickle(path) ? path : null) : in(path);
        for (String encoder : List.of("text_encoder", "text_encoder_2")) {
            found = found == null ? in(path.resolve(encoder)) : found;
        }
        if (found != null) {
            String name = found.getFileName().toString();
            String better = name.replaceFirst("\\.[^.]*$", "") + ".safetensors";
            throw new InvalidInput(
                    found.toString(),
                    "is a pickle of PyTorch's, a program that reading would run, and is not read; make safetensors of it"
                            + " where you trust it: python -c \"import torch, safetensors.torch as s; s.save_file({k:"
                            + " v.contiguous() for k, v in torch.load('" + name
                            + "', map_location='cpu', weights_only=True).items()}, '" + better + "')\"");
        }
    }

    private static @Nullable Path in(Path folder) {
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file) && !Files.exists(folder.resolve(name.replace(".bin", ".safetensors")))) {
                return file;
            }
        }
        return null;
    }

    /** Whether a file begins as a pickle does, or as the archive that PyTorch puts one into. */
    private static boolean isPickle(Path file) {
        try (InputStream bytes = InputFile.stream(file)) {
            byte[] first = bytes.readNBytes(4);
            boolean archive = first.length == 4 && first[0] == 'P' && first[1] == 'K' && first[2] == 3 && first[3] == 4;
            // A version of at least 2 and the first thing that dictionaries and lists begin with.
            boolean bare =
                    first.length > 2 && first[0] == (byte) 0x80 && first[1] >= 2 && first[1] <= 5 && first[2] != 0;
            return archive || bare;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
