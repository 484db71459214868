package org.moslora.adapters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.DiffusionFamily;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;

/**
 * The files that one adapter consists of: a folder with {@code adapter_config.json}, ours or PEFT's, beside it folders
 * of text encoders or of layers of another kind; a folder of diffusers; or a single file.
 *
 * @param path the file or folder
 * @param parts what holds layers
 * @param projector a trained projector in a file of its own, or null
 */
record AdapterSources(
        Path path, List<AdapterSource> parts, @Nullable WeightSource projector) implements AutoCloseable {
    private static final String DIFFUSERS = "pytorch_lora_weights.safetensors";
    private static final List<String> ENCODERS = List.of("text_encoder", "text_encoder_2");

    /** @throws InvalidInput when there is no adapter, or its settings are wrong */
    static AdapterSources open(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidInput(path.toString(), "there is no such adapter folder or file");
        }
        Pickles.check(path);
        if (Files.isRegularFile(path)) {
            return file(path);
        }
        if (Files.exists(path.resolve(AdapterNames.CONFIG)) || ENCODERS.stream().anyMatch(name -> isPeft(path, name))) {
            return folder(path);
        }
        return file(single(path));
    }

    static boolean isOne(Path path) {
        return Files.isRegularFile(path)
                || Files.exists(path.resolve(AdapterNames.CONFIG))
                || Files.exists(path.resolve(DIFFUSERS))
                || Pickles.holds(path)
                || ENCODERS.stream().anyMatch(name -> isPeft(path, name));
    }

    private static boolean isPeft(Path folder, String name) {
        return Files.exists(folder.resolve(name).resolve(AdapterNames.CONFIG));
    }

    /** The one file of a folder without settings. */
    private static Path single(Path folder) {
        if (Files.exists(folder.resolve(DIFFUSERS))) {
            return folder.resolve(DIFFUSERS);
        }
        List<Path> files = new ArrayList<>();
        String[] names = folder.toFile().list((at, name) -> name.endsWith(".safetensors"));
        for (String name : names == null ? new String[0] : names) {
            files.add(folder.resolve(name));
        }
        if (files.size() != 1 || Files.exists(folder.resolve("model_index.json"))) {
            throw new InvalidInput(
                    folder.toString(),
                    "holds neither " + AdapterNames.CONFIG + " nor " + DIFFUSERS + "; is it an adapter folder?");
        }
        return files.get(0);
    }

    private static AdapterSources file(Path file) {
        WeightSource stored = SafetensorsFile.open(file);
        try {
            WeightSource tensors = RespeltAdapter.over(stored);
            ScaleRule scales = MetadataScale.of(file.toString(), tensors.metadata());
            return new AdapterSources(file, List.of(new AdapterSource(tensors, scales, null, "")), null);
        } catch (InvalidInput invalid) {
            stored.close();
            throw invalid;
        }
    }

    private static AdapterSources folder(Path folder) {
        List<AdapterSource> parts = new ArrayList<>();
        try {
            Set<String> inside = new LinkedHashSet<>();
            if (Files.exists(folder.resolve(AdapterNames.CONFIG))) {
                AdapterSource main = part(folder, home(folder.toAbsolutePath().normalize()));
                parts.add(main);
                inside.addAll(Objects.requireNonNull(main.config()).parts());
            }
            ENCODERS.stream().filter(name -> isPeft(folder, name)).forEach(inside::add);
            for (String name : inside) {
                parts.add(part(folder.resolve(name), ENCODERS.contains(name) ? name + "." : ""));
            }
            Path beside = folder.resolve(AdapterNames.PROJECTOR);
            return new AdapterSources(folder, parts, Files.exists(beside) ? SafetensorsFile.open(beside) : null);
        } catch (InvalidInput invalid) {
            parts.forEach(part -> part.tensors().close());
            throw invalid;
        }
    }

    /** A text encoder's folder that is given by itself is that of the encoder after which it is named. */
    private static String home(Path folder) {
        Path name = folder.getFileName();
        return name != null && ENCODERS.contains(name.toString()) ? name + "." : "";
    }

    private static AdapterSource part(Path folder, String home) {
        AdapterConfig config = AdapterConfig.read(folder);
        WeightSource tensors = ModelFolder.open(folder, WeightName.of("adapter_model"));
        String said = Components.ofClass(config.baseClass());
        String own = DiffusionFamily.said(config.text(AdapterOrigin.FAMILY))
                .map(DiffusionFamily::denoiser)
                .orElse("");
        String otherwise = home.isEmpty() ? own : home;
        return new AdapterSource(tensors, ScaleRule.of(config), config, said.isEmpty() ? otherwise : said);
    }

    /** @throws InvalidInput naming every tensor that holds anything but finite numbers */
    void checkFinite() {
        Problems problems = new Problems();
        parts.forEach(part -> FiniteTensors.check(part.tensors(), problems));
        if (projector != null) {
            FiniteTensors.check(projector, problems);
        }
        problems.throwIfAny();
    }

    /** How many bytes all of its tensors have. */
    long bytes() {
        return parts.stream().mapToLong(part -> bytes(part.tensors())).sum()
                + (projector == null ? 0 : bytes(projector));
    }

    private static long bytes(WeightSource source) {
        return source.names().stream()
                .mapToLong(name -> source.info(name).byteSize())
                .sum();
    }

    @Override
    public void close() {
        parts.forEach(part -> part.tensors().close());
        if (projector != null) {
            projector.close();
        }
    }
}
