package org.moslora;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterFormat;
import org.moslora.adapters.Conversion;
import org.moslora.adapters.ConvertedSize;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Site;
import org.moslora.models.ModelOnDisk;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OutputLock;
import org.moslora.tensors.out.OutputPlace;
import org.moslora.tensors.out.OwnFolder;

/** An adapter of any readable format, to be written in another, exactly. */
public final class AdapterConversion {
    private final Path adapter;
    private @Nullable Path model;
    private DType type = DType.F32;

    private AdapterConversion(Path adapter) {
        this.adapter = adapter;
    }

    /** Of an adapter's folder or file, or that of its run. */
    public static AdapterConversion of(Path adapter) {
        return new AdapterConversion(adapter);
    }

    /** Checks that it fits this model, whose layers then give exact names. */
    public AdapterConversion fitting(Path base) {
        model = base;
        return this;
    }

    /** Writes its numbers in this format, instead of fp32. */
    public AdapterConversion as(DType format) {
        type = format;
        return this;
    }

    /**
     * Writes it.
     *
     * @param out a new folder; a file for kohya and lycoris
     * @return remarks: what was taken for granted
     * @throws org.moslora.problems.InvalidInput when the format cannot hold it, or holds it much larger only
     */
    public List<String> write(AdapterFormat format, Path out) {
        List<Path> inputs = new ArrayList<>(List.of(AdapterFile.place(adapter)));
        if (model != null) {
            inputs.add(model);
        }
        OutputLock lock = format.isFile()
                ? OutputPlace.file(out, false, inputs, Conversion::isOwnFile)
                : OutputPlace.folder(out, false, inputs);
        List<String> remarks = new ArrayList<>();
        lock.during(() -> {
            Engine.start(1);
            try (AdapterFile file = AdapterFile.open(adapter)) {
                ConvertedSize.of(file, format, type).mustBeSmall();
                remarks.addAll(write(format, file, out, type, ModelOnDisk.sites(model)));
            }
        });
        return remarks;
    }

    /**
     * Writes an adapter that was opened, over whatever is at its place.
     *
     * @param sites of the model that it is for; empty if nobody says
     * @return remarks
     */
    public static List<String> write(
            AdapterFormat format, AdapterFile file, Path out, DType type, Map<String, Site> sites) {
        List<String> remarks = new ArrayList<>();
        try (Arena arena = Arena.open(Compute.cpu())) {
            if (format.isFile()) {
                remarks.addAll(Conversion.write(format, file, out, arena, type, sites));
            } else {
                OwnFolder.write(
                        out, partial -> remarks.addAll(Conversion.write(format, file, partial, arena, type, sites)));
            }
            return remarks;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
