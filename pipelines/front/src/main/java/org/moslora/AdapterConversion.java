package org.moslora;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.Conversion;
import org.moslora.adapters.ConvertedSize;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.adapters.TruncationLoss;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.models.ModelOnDisk;
import org.moslora.models.NewFolder;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OutputPlace;
import org.moslora.tensors.out.OwnFolder;

/** An adapter of any readable format, to be written in another: exactly, or cut down to a rank. */
public final class AdapterConversion {
    private final Path adapter;
    private @Nullable Path model;
    private @Nullable Truncation truncation;
    private DType type = DType.F32;
    private boolean large;
    private boolean overwrite;

    private AdapterConversion(Path adapter) {
        this.adapter = adapter;
    }

    /**
     * What was written.
     *
     * @param remarks what was taken for granted, and what became much larger
     * @param loss what a cut to a rank cost; null where nothing was cut
     */
    public record Converted(List<String> remarks, @Nullable TruncationLoss loss) {}

    /** Of an adapter's folder or file, or that of its run. */
    public static AdapterConversion of(Path adapter) {
        return new AdapterConversion(adapter);
    }

    /** Checks that it fits this model, whose layers then give exact names. */
    public AdapterConversion fitting(@Nullable Path base) {
        model = base;
        return this;
    }

    /** Cuts every layer down to the nearest LoRA; null to write exactly what it is. */
    public AdapterConversion cut(@Nullable Truncation to) {
        truncation = to;
        return this;
    }

    /** Writes its numbers in this format, instead of fp32. */
    public AdapterConversion as(DType format) {
        type = format;
        return this;
    }

    /** Whether exact pairs may be more than ten times as large as the adapter. */
    public AdapterConversion large(boolean may) {
        large = may;
        return this;
    }

    /** Whether what this program wrote at the same place before may go. */
    public AdapterConversion overwrite(boolean may) {
        overwrite = may;
        return this;
    }

    /**
     * Writes it.
     *
     * @param out a new folder; a file for kohya and lycoris
     * @throws InvalidInput when the format cannot hold it, it does not fit, or something is in the way
     */
    public Converted write(AdapterFormat format, Path out) {
        return converted(format, out);
    }

    /** Writes a file for each exported graph that it touches, which ONNX Runtime takes beside the graph. */
    public Converted writeForGraphs(Path out) {
        if (type == DType.BF16) {
            throw new InvalidInput(
                    FieldName.of("dtype"),
                    "must be fp32 or fp16 with " + FieldName.of("to") + " onnx, as the graphs are");
        }
        return converted(null, out);
    }

    private Converted converted(@Nullable AdapterFormat format, Path out) {
        List<Path> inputs = NewFolder.inputs(model, List.of(new ScaledAdapter(adapter, 1)));
        Converted[] converted = new Converted[1];
        (format != null && format.isFile()
                        ? OutputPlace.file(out, overwrite, inputs, Conversion::isOwnFile)
                        : OutputPlace.folder(out, overwrite, inputs))
                .during(() -> converted[0] = cut(format, out));
        return converted[0];
    }

    private Converted cut(@Nullable AdapterFormat format, Path out) {
        Engine.start(1);
        if (truncation == null) {
            return new Converted(written(adapter, format, out), null);
        }
        try (CutAdapter cut = CutAdapter.of(adapter, truncation, model)) {
            return new Converted(written(cut.folder(), format, out), cut.loss());
        }
    }

    private List<String> written(Path source, @Nullable AdapterFormat format, Path out) {
        try (LoadedAdapters opened = LoadedAdapters.open(List.of(new ScaledAdapter(source, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            AdapterFile file = opened.files().get(0);
            List<String> remarks = new ArrayList<>(size(ConvertedSize.of(file, format, type)));
            if (format == null) {
                var components = GraphAdapters.materialize(opened, ModelOnDisk.sites(model));
                OwnFolder.write(out, partial -> GraphAdapters.write(partial, components, type));
                remarks.addAll(opened.files().get(0).remarks());
            } else if (format.isFile()) {
                remarks.addAll(Conversion.write(format, file, out, arena, type, ModelOnDisk.sites(model)));
            } else {
                var sites = ModelOnDisk.sites(model);
                OwnFolder.write(
                        out, partial -> remarks.addAll(Conversion.write(format, file, partial, arena, type, sites)));
            }
            return remarks;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Says of an adapter that it becomes much larger, or refuses it. */
    private List<String> size(ConvertedSize size) {
        if (truncation != null || !size.isLarge()) {
            return List.of();
        }
        if (!large) {
            size.mustBeSmall();
        }
        return List.of(size.described());
    }
}
