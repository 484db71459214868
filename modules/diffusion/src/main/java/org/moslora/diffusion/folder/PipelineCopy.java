package org.moslora.diffusion.folder;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.moslora.diffusion.text.ClipTextKeys;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.out.OwnFolder;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * Copies a folder of diffusers in which some components get other weights: everything else as it was, but for weights in
 * formats that would say the old thing, and whole checkpoints beside the components.
 */
public final class PipelineCopy {
    private static final long SHARD_BYTES = 10L << 30;
    private static final List<String> WEIGHTS = List.of(
            ".safetensors",
            ".safetensors.index.json",
            ".safetensors.index.fp16.json",
            ".bin",
            ".bin.index.json",
            ".msgpack",
            ".ckpt",
            ".onnx",
            ".onnx_data",
            ".pb");

    private final Path model;
    private final Path into;
    private final boolean keepsVariant;

    /** A component's tensors as they are to be written, under their files' keys. */
    @FunctionalInterface
    public interface Rewriting {
        /**
         * Makes them; each is computed when it is written.
         *
         * @param files what the component's files hold, open until all is written
         * @param path where a file's key sits in the model, from the component's name on
         */
        List<TensorData> of(WeightSource files, UnaryOperator<String> path);
    }

    /**
     * A copy of a folder.
     *
     * @param into an empty folder
     * @param keepsVariant whether weights in a file of the fp16 variant go into one again
     */
    public PipelineCopy(Path model, Path into, boolean keepsVariant) {
        this.model = model;
        this.into = into;
        this.keepsVariant = keepsVariant;
    }

    /** Whether the folder has a component. */
    public boolean has(Component component) {
        return Files.isDirectory(model.resolve(component.folder()));
    }

    /** Writes a component's weights under the name that they have. */
    public void rewrite(Component component, Rewriting rewriting) {
        Path from = model.resolve(component.folder());
        boolean text = component.isText();
        WeightName name = text ? WeightName.MODEL : WeightName.of("diffusion_pytorch_model");
        KeyMap keys = text ? new ClipTextKeys() : KeyMap.identity();
        try (WeightSource files = BitsAndBytes.over(ModelFolder.open(from, name))) {
            List<TensorData> tensors = rewriting.of(files, key -> component.prefix() + keys.canonical(key));
            WeightName written = keepsVariant && !isPlain(from, name) ? name.withVariant("fp16") : name;
            SafetensorsWriter.writeSharded(
                    into.resolve(component.folder()), written, SHARD_BYTES, tensors, Map.of("format", "pt"));
        }
    }

    private static boolean isPlain(Path folder, WeightName name) {
        return Files.exists(folder.resolve(name.file())) || Files.exists(folder.resolve(name.index()));
    }

    /** Copies everything but the weights of these components. */
    public void copyRest(Set<Component> rewritten) throws IOException {
        List<String> folders = rewritten.stream().map(Component::folder).toList();
        try (Stream<Path> files = Files.walk(model, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path relative = model.relativize(file);
                boolean top = relative.getNameCount() == 1;
                boolean replaced = top || folders.contains(relative.getName(0).toString());
                boolean own = top && file.endsWith(OwnFolder.LIST);
                if (!own && !(replaced && isWeights(file))) {
                    Path to = into.resolve(relative.toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
        }
    }

    private static boolean isWeights(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return WEIGHTS.stream().anyMatch(name::endsWith);
    }
}
