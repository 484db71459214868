package org.moslora.layers.quantised;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.CacheTurn;
import org.moslora.tensors.Digests;
import org.moslora.tensors.Packed;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.SealedCopy;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.QuantisedBaseWeights;

/**
 * Quantised copies of a base's weights in one file that is made once and mapped by every run after: its name follows from
 * where the base's files lie, how large they are and when they were written, its seal from what is in them. It may be
 * deleted at any time, and is made anew where the seal does not fit.
 */
public final class QuantisedCopies {
    private final WeightSource base;
    private final SortedSet<String> held;
    private final Quantisation form;
    private final Messages messages;

    private QuantisedCopies(WeightSource base, SortedSet<String> held, Quantisation form, Messages messages) {
        this.base = base;
        this.held = held;
        this.form = form;
        this.messages = messages;
    }

    /**
     * The base with some weights held quantised; a base whose weights already are is taken as it is. Closing it closes
     * {@code base}.
     *
     * @param held names of the weights
     * @throws InvalidInput when the base holds one in another form
     */
    public static WeightSource over(WeightSource base, List<String> held, Quantisation form, Messages messages) {
        if (form == Quantisation.NONE) {
            return base;
        }
        SortedSet<String> plain = new TreeSet<>();
        for (String name : held) {
            Packed packed = base.packed(name).orElse(null);
            if (packed == null) {
                plain.add(name);
            } else if (!packed.form().equals(form.toString())) {
                throw new InvalidInput(
                        "training.quantize",
                        form + " asked for, but " + base.origin() + " holds " + name + " in " + packed.form()
                                + " already; say " + packed.form() + ", or take the 16-bit base");
            }
        }
        return plain.isEmpty() ? base : new QuantisedCopies(base, plain, form, messages).open();
    }

    private WeightSource open() {
        Path file = CacheFolder.path().resolve("quantised").resolve(name());
        SealedCopy copy = new SealedCopy(file, MadeOf.digest(base, held, form));
        if (copy.wrong().isPresent()) {
            make(copy);
        }
        messages.tell(String.format(
                Locale.ROOT,
                "%d weights are held in %s: %.2f GiB in %s",
                held.size(),
                form,
                file.toFile().length() / (double) (1L << 30),
                file));
        return new QuantisedBaseWeights(base, form.read(SafetensorsFile.open(file)));
    }

    private String name() {
        String files = held.stream()
                .map(base::file)
                .distinct()
                .sorted()
                .map(QuantisedCopies::identity)
                .collect(Collectors.joining("\n"));
        String names = held.stream().map(name -> name + base.info(name).shape()).collect(Collectors.joining("\n"));
        String digest = Digests.sha256OfText(files + "\n" + names);
        Path folder = base.file(held.first()).toAbsolutePath().normalize().getParent();
        return (folder == null ? "base" : folder.getFileName()) + "-" + form + "-" + digest.substring(0, 16)
                + ".safetensors";
    }

    private static String identity(Path file) {
        try {
            Path real = file.toRealPath();
            return real + " " + Files.size(real) + " "
                    + Files.getLastModifiedTime(real).toMillis();
        } catch (IOException gone) {
            throw new UncheckedIOException(file + " cannot be read", gone);
        }
    }

    /** Makes the file unless another process does so meanwhile. */
    private void make(SealedCopy copy) {
        Path file = copy.file();
        try {
            Path lock = CacheTurn.taken(file, () -> {
                String wrong = copy.wrong().orElse("");
                if (!wrong.isEmpty()) {
                    if (Files.exists(file)) {
                        messages.tell(file + " " + wrong + "; it is made anew");
                    }
                    Files.deleteIfExists(copy.sealFile());
                    write(file);
                    copy.seal();
                }
            });
            Files.deleteIfExists(lock);
        } catch (IOException broken) {
            throw new UncheckedIOException(file + " cannot be made: " + broken.getMessage(), broken);
        }
    }

    private void write(Path file) {
        messages.tell("quantising " + held.size() + " weights to " + form + ", once for this base");
        try (Arena arena = Arena.open(Compute.cpu())) {
            List<TensorData> tensors = new ArrayList<>();
            for (String name : held) {
                Packing like = new Packing(
                        name, base.info(name).shape(), base.info(name).dtype().written(), true);
                tensors.addAll(form.tensors(arena, like, step -> FrozenTensors.asStored(base, step, name)));
            }
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        }
    }
}
