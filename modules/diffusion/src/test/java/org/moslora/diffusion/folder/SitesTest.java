package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Site;

/** The places told from tensors are those that building the components makes. */
class SitesTest {
    @TempDir
    Path folder;

    @Test
    void areThoseOfTheBuiltModel() {
        Engine.start(1);
        for (TinyModel tiny : List.of(TinyModel.first(), TinyModel.second(), TinyModel.large())) {
            SortedMap<String, Site> made = new TreeMap<>();
            Linears noting = linear -> made.put(linear.site().path(), linear.site());
            try (StableDiffusion model =
                    StableDiffusion.open(tiny.write(folder.resolve(tiny.xl() + "-" + tiny.linear())))) {
                model.buildUNet(noting, Compute.cpu()).close();
                model.buildTextEncoders(noting, Compute.cpu()).close();
                assertThat(Sites.of(model)).isEqualTo(made);
            }
        }
    }
}
