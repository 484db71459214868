package org.moslora.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OutputLock;
import org.moslora.tensors.out.OwnFolder;

/** Copies what a model folder holds besides weights: config, tokenizer, picture settings. */
final class FolderCopy {
    private static final List<String> WEIGHTS =
            List.of(".safetensors", ".safetensors.index.json", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".gguf");
    private static final long SMALL = 64L << 20;
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private FolderCopy() {}

    /** @param type the weights' new number format, to be noted in the config; null when it stays */
    static void besidesWeights(Path from, Path to, @Nullable DType type) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.sorted().toList()) {
                String name = entry.getFileName().toString();
                boolean weights = WEIGHTS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith);
                boolean own = name.equals(OwnFolder.LIST) || OutputLock.isLock(name);
                if (Files.isRegularFile(entry) && !weights && !own && Files.size(entry) <= SMALL) {
                    Files.copy(entry, to.resolve(name));
                }
            }
        }
        if (type != null) {
            note(to.resolve("config.json"), type);
        }
    }

    private static void note(Path config, DType type) throws IOException {
        JsonObject json = JsonParser.parseString(InputFile.text(config)).getAsJsonObject();
        String name = type == DType.F32 ? "float32" : type == DType.F16 ? "float16" : "bfloat16";
        json.addProperty(json.has("dtype") ? "dtype" : "torch_dtype", name);
        Files.writeString(config, GSON.toJson(json) + "\n");
    }
}
