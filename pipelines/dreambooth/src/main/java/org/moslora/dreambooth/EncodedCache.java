package org.moslora.dreambooth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.moslora.problems.Messages;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.Digests;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.SealedCopy;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * What the encoders make of a run's pictures and texts: a sealed file for each in the run's folder, made before the first
 * step and mapped from then on, so that neither encoders nor what they gave need memory while the run learns. A file is
 * made anew where its seal does not fit what it should be made of; a run that goes on takes what is there.
 *
 * @param folder where they lie
 * @param messages hears what did not fit
 */
record EncodedCache(Path folder, Messages messages) {
    private static final int NAME = 16;

    /**
     * What something is encoded to.
     *
     * @param kind the folder inside of the cache
     * @param item tells it from others of its kind
     * @param told what people call it
     * @param madeOf everything that its encoding follows from
     * @param encoding asked for it where it is not there
     * @return its tensors, for the caller to close
     * @throws NotFinite if it comes to numbers that are not finite
     */
    WeightSource of(String kind, String item, String told, String madeOf, Supplier<List<TensorData>> encoding) {
        String name = Digests.sha256OfText(item).substring(0, NAME) + ".safetensors";
        SealedCopy copy = new SealedCopy(folder.resolve(kind).resolve(name), Digests.sha256OfText(madeOf));
        copy.wrong().ifPresent(wrong -> make(copy, wrong, told, encoding));
        return SafetensorsFile.open(copy.file());
    }

    private void make(SealedCopy copy, String wrong, String told, Supplier<List<TensorData>> encoding) {
        if (Files.exists(copy.file())) {
            messages.tell(copy.file() + ", of " + told + ", " + wrong + "; it is made anew");
        }
        try {
            Files.createDirectories(copy.file().getParent());
            Files.deleteIfExists(copy.sealFile());
            SafetensorsWriter.write(copy.file(), encoding.get(), Map.of("format", "pt"));
            copy.seal();
        } catch (NotFinite broken) {
            throw new NotFinite(told + " is encoded to NaN or infinity; is the model whole?");
        } catch (IOException broken) {
            throw new UncheckedIOException(copy.file() + " cannot be made: " + broken.getMessage(), broken);
        }
    }
}
