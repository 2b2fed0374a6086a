//! A scene as PNG.

use plotters::backend::DrawingBackend;
use plotters::prelude::BitMapBackend;

use crate::ChartError;
use crate::paint::{Brush, paint};
use crate::scene::Scene;

/// Most pixels of a picture on one side; more is a mistake in the scale.
const LARGEST: f64 = 8192.0;

/// Draws a scene at `scale` pixels of the picture to a pixel of the scene.
///
/// Plotters' rasteriser places letters on whole pixels and smooths little, so
/// the scene is drawn larger and averaged down.
///
/// # Errors
/// The picture would be larger than 8 192 pixels on a side, or plotters or the
/// temporary folder failed.
pub(crate) fn png(scene: &Scene, scale: f64) -> Result<Vec<u8>, ChartError> {
    let (width, height) = ((scene.width * scale).round(), (scene.height * scale).round());
    let sound = scale.is_finite() && width >= 1.0 && height >= 1.0 && width.max(height) <= LARGEST;
    if !sound {
        return Err(ChartError::Picture(format!(
            "a scale of {scale} makes it {width} × {height} pixels, and a side has to be between 1 and {LARGEST}"
        )));
    }
    let (width, height) = (width as usize, height as usize);
    let fine: usize = if scale > 1.5 { 2 } else { 4 };
    let (w, h) = (width * fine, height * fine);
    let mut canvas = vec![255_u8; w * h * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut canvas, (w as u32, h as u32));
        let brush = Brush {
            grid: scale * fine as f64,
            em: 1.0,
            anchored: false,
        };
        paint(scene, brush, &mut backend)?;
    }
    encode(&shrink(&canvas, width, fine), width as u32, height as u32)
}

/// Averages squares of `by` × `by` pixels.
fn shrink(canvas: &[u8], width: usize, by: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(canvas.len() / (by * by));
    let count = (by * by) as u32;
    for rows in canvas.chunks_exact(width * by * 3 * by) {
        let mut sums = vec![0_u32; width * 3];
        for row in rows.chunks_exact(width * by * 3) {
            for (square, sums) in row.chunks_exact(by * 3).zip(sums.chunks_exact_mut(3)) {
                for pixel in square.chunks_exact(3) {
                    sums[0] += u32::from(pixel[0]);
                    sums[1] += u32::from(pixel[1]);
                    sums[2] += u32::from(pixel[2]);
                }
            }
        }
        small.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    small
}

/// Plotters encodes only into files, so a private temporary one stands between.
fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, ChartError> {
    let failed = |e: std::io::Error| {
        ChartError::Picture(format!(
            "a file in the temporary folder {} failed: {e}",
            std::env::temp_dir().display()
        ))
    };
    let file = tempfile::Builder::new()
        .suffix(".png")
        .tempfile()
        .map_err(failed)?;
    let mut backend = BitMapBackend::new(file.path(), (width, height));
    backend
        .blit_bitmap((0, 0), (width, height), pixels)
        .and_then(|()| backend.present())
        .map_err(|e| ChartError::Picture(e.to_string()))?;
    drop(backend);
    std::fs::read(file.path()).map_err(failed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn squares_are_averaged() {
        let canvas = [0_u8, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255];
        assert_eq!(shrink(&canvas, 1, 2), [191, 191, 191]);
    }

    #[test]
    fn a_picture_has_the_size_asked_for() {
        let bytes = png(&Scene::new(40.0, 20.0), 2.0).unwrap();
        assert_eq!(&bytes[1..4], b"PNG");
        assert_eq!(bytes[16..24], [0, 0, 0, 80, 0, 0, 0, 40]);
        assert!(png(&Scene::new(40.0, 20.0), f64::NAN).is_err());
        assert!(png(&Scene::new(40.0, 20.0), 1e6).is_err());
    }
}
